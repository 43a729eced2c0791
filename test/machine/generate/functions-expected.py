# Correctly rounded values of trigonometric and hyperbolic functions, by mpmath with 1,400 bits:
#   python3 test/machine/generate/functions-expected.py > test/machine/functions-expected.txt
# Each line: function, argument bits (two for atan2), result bits, in hexadecimal.
import random, struct
from mpmath import mp, mpf, sin, cos, tan, asin, acos, atan, atan2, sinh, cosh, tanh, frexp, ldexp

mp.prec = 1400
random.seed(20260)

def bits(x): return struct.unpack('<Q', struct.pack('<d', x))[0]

def rounded(x):
    # to nearest even, also subnormal
    if x == 0: return 0.0
    m, e = frexp(abs(x))
    p = 53 if e > -1022 else 53 - (-1021 - e)
    n = mpf(mp.nint(ldexp(m, p)))
    y = ldexp(n, e - p)
    if y >= mpf(2) ** 1024: return float('inf') if x > 0 else float('-inf')
    return float(y) if x > 0 else -float(y)

def spread(low, high): return random.choice([-1, 1]) * random.uniform(1, 2) * 2.0 ** random.randint(low, high)

names = {
    'sin': (sin, lambda: spread(-35, 60)), 'cos': (cos, lambda: spread(-35, 60)), 'tan': (tan, lambda: spread(-35, 60)),
    'asin': (asin, lambda: random.choice([spread(-35, -1), random.uniform(-1, 1)])),
    'acos': (acos, lambda: random.choice([spread(-60, -1), random.uniform(-1, 1)])),
    'atan': (atan, lambda: spread(-60, 60)),
    'sinh': (sinh, lambda: spread(-35, 9)), 'cosh': (cosh, lambda: spread(-35, 9)), 'tanh': (tanh, lambda: spread(-35, 5)),
}
hard = [1.0, 0.5, 3.0, 22.0, 355.0, 1e22, 6381956970095103.0 * 2.0 ** 797, 5.319372648326541e255, 1.5707963267948966,
        3.141592653589793, 0.7853981633974483, 1.7976931348623157e308, 0.9999999999999999, -0.9999999999999999,
        1.1102230246251565e-16, 0.0625, 0.1875, 700.0, 709.7, 710.4, 43.6, 44.1, 2.0 ** -30, 2.0 ** -31 * 1.5]
for name, (f, draw) in names.items():
    for x in hard + [draw() for _ in range(160)]:
        if name in ('asin', 'acos') and abs(x) > 1: continue
        print(name, '%x' % bits(x), '%x' % bits(rounded(f(mpf(x)))))
for _ in range(160):
    y, x = spread(-80, 80), spread(-80, 80)
    print('atan2', '%x' % bits(y), '%x' % bits(x), '%x' % bits(rounded(atan2(mpf(y), mpf(x)))))
