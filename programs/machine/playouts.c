// Random games of tic-tac-toe. Every instance plays its own; instance 0 prints how often X, who begins, wins, for each
// first move.
//   resident run programs/machine/playouts.c --instances 64 --shared 65536 --mailbox --seed 1
#include <stdio.h>
#include "resident.h"

#define GAMES 500

enum { X_WINS, O_WINS, DRAW };

// Squares are bits: three rows, three columns, two diagonals.
static const int lines[8] = {0007, 0070, 0700, 0111, 0222, 0444, 0421, 0124};

static int won(int squares) {
  for (int i = 0; i < 8; i++)
    if ((squares & lines[i]) == lines[i]) return 1;
  return 0;
}

// xorshift32: a call for each move would end the instance's turn.
static unsigned state;
static unsigned below(unsigned n) {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (unsigned long long)state * n >> 32;
}

// Plays one game; its outcome, and in *first its first move.
static int play(int *first) {
  int side[2] = {0, 0};
  for (int move = 0; move < 9; move++) {
    // The k-th free square.
    int k = below(9 - move), square = 0;
    while ((side[0] | side[1]) >> square & 1 || k-- > 0) square++;
    if (move == 0) *first = square;
    side[move & 1] |= 1 << square;
    if (won(side[move & 1])) return move & 1 ? O_WINS : X_WINS;
  }
  return DRAW;
}

int main(void) {
  int (*counts)[9][3] = RESIDENT_SHARED;
  unsigned me = resident_instance(), instances = resident_instances();
  state = resident_random() | 1;
  for (int game = 0; game < GAMES; game++) {
    int first, outcome = play(&first);
    counts[me][first][outcome]++;
  }
  resident_barrier();
  if (me != 0) return 0;

  int total[3] = {0, 0, 0};
  for (int square = 0; square < 9; square++) {
    int sum[3] = {0, 0, 0};
    for (unsigned i = 0; i < instances; i++)
      for (int outcome = 0; outcome < 3; outcome++) sum[outcome] += counts[i][square][outcome];
    printf("first move %d: X %d, O %d, draw %d\n", square, sum[X_WINS], sum[O_WINS], sum[DRAW]);
    for (int outcome = 0; outcome < 3; outcome++) total[outcome] += sum[outcome];
  }
  printf("all games: X %d, O %d, draw %d\n", total[X_WINS], total[O_WINS], total[DRAW]);
  return 0;
}
