// A program of fifty lines, for measuring the compiler.
#include <stdio.h>
#include <string.h>

#define SIZE 16

struct entry {
  char key[12];
  int count;
};

static struct entry table[SIZE];

static unsigned hash(const char *text) {
  unsigned h = 2166136261u;
  while (*text) {
    h ^= (unsigned char)*text++;
    h *= 16777619;
  }
  return h;
}

static struct entry *find(const char *key) {
  unsigned at = hash(key) % SIZE;
  while (table[at].count && strcmp(table[at].key, key) != 0) {
    at = (at + 1) % SIZE;
  }
  if (!table[at].count) strcpy(table[at].key, key);
  return &table[at];
}

int main(void) {
  const char *words[] = {"tree", "stone", "tree", "river", "stone", "tree"};
  int total = 0;
  for (int i = 0; i < 6; i++) {
    find(words[i])->count++;
    total++;
  }
  for (int i = 0; i < SIZE; i++) {
    if (table[i].count) {
      printf("%-6s %d\n", table[i].key, table[i].count);
    }
  }
  long sum = 0;
  for (int i = 1; i <= 100; i++) {
    sum += (long)i * i;
  }
  printf("%d words, sum of squares %ld\n", total, sum);
  return 0;
}
