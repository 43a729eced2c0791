// Particle swarm: every instance is a particle that looks for the minimum of Rosenbrock's valley, (1, 1). It knows the
// best place that it and its two neighbours in a ring have found; places are passed on in shared RAM.
//   resident run programs/machine/swarm.c --instances 32 --shared 4096 --mailbox --seed 1
#include <stdio.h>
#include "resident.h"

#define STEPS 400
#define DIMENSIONS 2

struct best {
  float x[DIMENSIONS], value;
};

static float rosenbrock(const float *x) {
  float across = x[1] - x[0] * x[0], along = 1 - x[0];
  return 100 * (across * across) + along * along;
}

static float uniform(void) {
  return (unsigned)(resident_random() >> 40) / 16777216.0f;
}

int main(void) {
  unsigned me = resident_instance(), n = resident_instances();
  struct best *swarm = RESIDENT_SHARED, *own = &swarm[me];
  struct best *neighbours[2] = {&swarm[(me + n - 1) % n], &swarm[(me + 1) % n]};
  float x[DIMENSIONS], velocity[DIMENSIONS];
  for (int d = 0; d < DIMENSIONS; d++) {
    x[d] = own->x[d] = uniform() * 10 - 5;
    velocity[d] = 0;
  }
  own->value = rosenbrock(x);

  for (int step = 0; step < STEPS; step++) {
    resident_barrier();
    struct best leader = *own;
    for (int i = 0; i < 2; i++)
      if (neighbours[i]->value < leader.value) leader = *neighbours[i];
    resident_barrier();
    for (int d = 0; d < DIMENSIONS; d++) {
      float to_own = uniform() * (own->x[d] - x[d]), to_leader = uniform() * (leader.x[d] - x[d]);
      velocity[d] = 0.7298f * velocity[d] + 1.4962f * to_own + 1.4962f * to_leader;
      x[d] += velocity[d];
    }
    float value = rosenbrock(x);
    if (value < own->value) {
      own->value = value;
      for (int d = 0; d < DIMENSIONS; d++) own->x[d] = x[d];
    }
  }

  resident_barrier();
  if (me != 0) return 0;
  struct best *best = swarm;
  for (unsigned i = 1; i < n; i++)
    if (swarm[i].value < best->value) best = &swarm[i];
  printf("minimum %.9g at %.9g, %.9g\n", best->value, best->x[0], best->x[1]);
  return 0;
}
