// The sieve of Eratosthenes as a pipeline through mailboxes: instance 0 produces numbers, each further one keeps the
// first that it gets, its prime, and passes on what that does not divide, and the last one consumes the rest.
// As many instances as there are primes up to the root of LIMIT, and two:
//   resident run programs/machine/pipeline.c --instances 27 --mailbox
#include <stdio.h>
#include "resident.h"

#define LIMIT 10000
#define BATCH 14  // numbers in a message; an empty message is the end

static int out[BATCH], filled;

static void flush(void) {
  // Waits while the mailbox of the next instance is full.
  resident_send(resident_instance() + 1, out, filled * 4);
  filled = 0;
}

static void pass(int number) {
  out[filled++] = number;
  if (filled == BATCH) flush();
}

static void end(void) {
  if (filled) flush();
  flush();
}

int main(void) {
  if (resident_instance() == 0) {
    for (int number = 2; number < LIMIT; number++) pass(number);
    end();
    return 0;
  }
  int last = resident_instance() == resident_instances() - 1;
  int prime = 0, count = 0, in[BATCH], bytes;
  long sum = 0;
  while ((bytes = resident_receive(in, sizeof in, 0)) > 0) {
    for (int i = 0; i < bytes / 4; i++) {
      if (last) {
        count++;
        sum += in[i];
      } else if (!prime) {
        prime = in[i];
      } else if (in[i] % prime) {
        pass(in[i]);
      }
    }
  }
  if (last) {
    printf("then %d more below %d, sum %lld\n", count, LIMIT, (long long)sum);
  } else {
    end();
    printf("%d ", prime);
  }
  return 0;
}
