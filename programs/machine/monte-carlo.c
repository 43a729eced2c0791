// The price of a European call option by Monte Carlo. Every instance simulates its own paths; instance 0 adds up.
//   resident run programs/machine/monte-carlo.c --instances 64 --shared 65536 --mailbox --seed 1
#include <math.h>
#include <stdio.h>
#include "resident.h"

#define SAMPLES 40

static const double spot = 100, strike = 105, rate = 0.03, volatility = 0.2, years = 1;

struct sums {
  double payoff, square;
};

static double uniform(void) {
  return ((resident_random() >> 11) + 0.5) / 9007199254740992.0;
}

// The discounted payoff of the path that ends where the normal number z says.
static double payoff(double z) {
  double end = spot * exp((rate - volatility * volatility / 2) * years + volatility * sqrt(years) * z);
  return end > strike ? (end - strike) * exp(-rate * years) : 0;
}

int main(void) {
  unsigned instances = resident_instances();
  struct sums *all = RESIDENT_SHARED, *own = &all[resident_instance()];
  for (int i = 0; i < SAMPLES; i++) {
    // Box and Muller; z and -z together are one sample of less variance.
    double z = sqrt(-2 * log(uniform())) * cos(2 * M_PI * uniform());
    double sample = (payoff(z) + payoff(-z)) / 2;
    own->payoff += sample;
    own->square += sample * sample;
  }
  resident_barrier();
  if (resident_instance() != 0) return 0;

  double sum = 0, squares = 0, n = (double)instances * SAMPLES;
  for (unsigned i = 0; i < instances; i++) {
    sum += all[i].payoff;
    squares += all[i].square;
  }
  double mean = sum / n, error = sqrt((squares / n - mean * mean) / (n - 1));
  printf("price %.4f, 95%% confidence %.4f to %.4f, standard error %.5f, %.0f paths\n", mean, mean - 1.96 * error,
         mean + 1.96 * error, error, 2 * n);
  return 0;
}
