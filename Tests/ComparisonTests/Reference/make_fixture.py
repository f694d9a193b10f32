#!/usr/bin/env python3
"""Makes ../Goldens/reference.json from the numpy reference in this folder (numpy and scipy needed; run by hand).

The requests come from integers alone (SplitMix64), so that Support/ReferenceTraffic.swift makes the same ones and only
the results are committed. Beside the reference: DB effects are centred on the decomposition of ln, a cache mix needs a
hit ratio that moved, and a code verdict that a moving hit ratio may explain is inconclusive (rho*)."""
import json
import os
import sys

sys.dont_write_bytecode = True
import numpy as np
from scipy import stats

import method
import verdict

M64 = (1 << 64) - 1
T20 = float(np.log(0.8))
MARGINS = {'p50': np.log(1.05), 'p95': np.log(1.05), 'p99': np.log(1.10), 'db': np.log(1.05), 'hit': .02}
TAU = {'p50': 1., 'p95': 1., 'p99': 1., 'db': .4, 'hit': .2, 'err': 0.}
W = float(np.log(2) / 32)
K = 700

CASES = {
    'nothing changed, 60 slices': dict(slices=60, paired=False),
    'lucky cache, 120 slices': dict(slices=120, paired=False, hit=(50, 85), rate=(30, 45)),
    'regression and errors, 120 slices': dict(slices=120, paired=False, shift=9, errors=(4, 40)),
    'fix, paired, 288 slices': dict(slices=288, paired=True, shift=-16),
    'nothing changed, 288 slices': dict(slices=288, paired=False),
    'small fix behind a colder cache, paired, 288 slices': dict(slices=288, paired=True, shift=-14, hit=(70, 62)),
}


class Draws:
    def __init__(self, seed):
        self.state = seed

    def below(self, bound):
        self.state = (self.state + 0x9e3779b97f4a7c15) & M64
        z = self.state
        z = ((z ^ (z >> 30)) * 0xbf58476d1ce4e5b9) & M64
        z = ((z ^ (z >> 27)) * 0x94d049bb133111eb) & M64
        return (z ^ (z >> 31)) % bound


class Win:
    pass


def window(seed, case, after):
    """Strata in the order route a, b; within a route HIT, MISS, BYPASS."""
    draws, slices = Draws(seed), case['slices']
    w = Win()
    w.cum = None
    w.hist = np.zeros((6, slices, K))
    w.n, w.err, w.db, w.sumlat = (np.zeros((6, slices)) for _ in range(4))
    drift = 316
    for i in range(slices):
        drift = drift * 7 // 8 + draws.below(80)
        for route in (0, 1):
            rate = case.get('rate', (30, 30))[after] if route == 0 else 24
            hit_share = case.get('hit', (55, 55))[after]
            shift = case.get('shift', 0) if route == 1 and after else 0
            errors = case.get('errors', (4, 4))[after] if route == 1 else 4
            for _ in range(rate * (70 + draws.below(60)) // 100):
                login = draws.below(100) < 15
                hit = not login and draws.below(100) < hit_share
                s = 3 * route + (2 if login else 0 if hit else 1)
                bucket = (150 if hit else 300 + 12 * route + 6 * login + shift) + drift // 40
                bucket += draws.below(40) + draws.below(40) + draws.below(40)
                if draws.below(100) == 0:
                    bucket += 50 + draws.below(100)
                w.n[s, i] += 1
                w.db[s, i] += 0 if hit else 2 + draws.below(8) + login
                if not hit and draws.below(1000) < errors:
                    w.err[s, i] += 1
                else:
                    w.hist[s, i, bucket] += 1
    return w


def number(x):
    return float(x) if np.isfinite(x) else None


def ln_parts(num, den, gi):
    """the eight means at every mix, decomposed in ln"""
    n = [d.sum(1) for d in den]
    m = [x.sum(1) / np.maximum(k, 1e-12) for x, k in zip(num, n)]
    m = [np.where(n[0] > 0, m[0], m[1]), np.where(n[1] > 0, m[1], m[0])]
    mixes = [method.shares(k, gi) for k in n]
    y = {(i, j, f): float(np.log((mixes[i][0][gi] * mixes[j][1]) @ m[f])) for i in (0, 1) for j in (0, 1) for f in (0, 1)}
    part = [0., 0., 0.]
    for (i, j), lam in method.LAM.items():
        part[0] += lam * (y[1, i, j] - y[0, i, j])
        part[1] += lam * (y[i, 1, j] - y[i, 0, j])
        part[2] += lam * (y[i, j, 1] - y[i, j, 0])
    return part


def rows(w0, w1, case):
    meta = np.array([(r, g, c) for r in (0, 1) for g, c in ((0, 0), (0, 1), (1, 2))])
    paired, out = case['paired'], []
    for name, sel in (('ALL', np.arange(6)), ('/a', np.arange(3)), ('/b', np.arange(3, 6))):
        p0, p1 = method.Period(w0, sel), method.Period(w1, sel)
        gi, cache = method.cells(meta, sel)
        for metric, p in (('p50', .5), ('p95', .95), ('p99', .99)):
            r = method.quantile_effects(p0, p1, gi, p, W, paired=paired)
            p2 = method.pval(r.parts, r.p, W, r.nu)
            out.append(dict(scope=name, metric=metric, est=r.within, lo=r.lo, hi=r.hi, tot=r.total, tlo=r.tlo, thi=r.thi,
                            cache=r.cache, traffic=r.traffic, p1=p2 / 2 if r.within > 0 else 1 - p2 / 2,
                            m=MARGINS[metric], nu=r.nu, tnu=r.tnu, ok=bool(r.ok), sign=1, rho=None))
        r = method.linear_effects([p0.db, p1.db], [p0.nall, p1.nall], gi, log=True, paired=paired)
        traffic, cached, est = ln_parts([p0.db, p1.db], [p0.nall, p1.nall], gi)
        half = (r.hi - r.lo) / 2
        t = abs(est) / max(half, 1e-12) * stats.t.ppf(.975, r.nu)
        out.append(dict(scope=name, metric='db', est=est, lo=est - half, hi=est + half, tot=r.test, tlo=r.tlo, thi=r.thi,
                        cache=cached, traffic=traffic, p1=stats.t.sf(np.sign(est) * t, r.nu), m=MARGINS['db'], nu=r.nu,
                        tnu=r.tnu, ok=True, sign=1, rho=None))
        r = method.linear_effects([p0.err, p1.err], [p0.nall, p1.nall], gi, kind='prop', paired=paired)
        reach = r.est - r.lo if r.est > 0 else r.hi - r.est
        t = abs(r.est) / max(reach, 1e-12) * stats.t.ppf(.975, r.nu)
        out.append(dict(scope=name, metric='err', est=r.est, lo=r.lo, hi=r.hi, tot=r.test, tlo=r.tlo, thi=r.thi,
                        cache=r.cache, traffic=r.traffic, p1=stats.t.sf(np.sign(r.est) * t, r.nu),
                        m=max(.001, .25 * r.m[0]), nu=r.nu, tnu=r.tnu, ok=True, sign=1, rho=None))
        anon = cache != 2
        hits = [(p.nall * (cache == 0)[:, None])[anon] for p in (p0, p1)]
        asked = [p.nall[anon] for p in (p0, p1)]
        group = gi[anon]
        fold = lambda x: np.array([x[group == g].sum(0) for g in np.unique(group)])
        r = method.linear_effects([fold(x) for x in hits], [fold(x) for x in asked], np.arange(len(np.unique(group))),
                                  kind='prop', paired=paired)
        reach = r.est - r.lo if r.est > 0 else r.hi - r.est
        t = abs(r.est) / max(reach, 1e-12) * stats.t.ppf(.975, r.nu)
        out.append(dict(scope=name, metric='hit', est=r.est, lo=r.lo, hi=r.hi, tot=r.test, tlo=r.tlo, thi=r.thi, cache=0.,
                        traffic=r.traffic, p1=stats.t.sf(np.sign(r.est) * t, r.nu), m=MARGINS['hit'], nu=r.nu, tnu=r.tnu,
                        ok=True, sign=-1, rho=None))
        # The hit ratio as users see it, and as the code makes it.
        moved = not (r.lo <= 0 <= r.hi)
        for o in out[-6:]:
            o['mixsig'] = moved
        if abs(r.raw[1] - r.raw[0]) >= .10:
            select(out[-6:], p0, p1, w0, w1, meta, sel[cache == 1], r.raw, paired)
    return out


def select(group, p0, p1, w0, w1, meta, misses, hit, paired):
    q0, q1 = method.Period(w0, misses), method.Period(w1, misses)
    gi, _ = method.cells(meta, misses)
    spread, weight = 0., 0.
    position = (np.arange(K) + .5) * W
    for q, w in ((q0, w0), (q1, w1)):
        h = w.hist[misses].sum((0, 1))
        n = h.sum()
        spread += h @ position**2 - (h @ position)**2 / n
        weight += n - 1
    sigma = np.sqrt(spread / weight)
    mills = lambda h: stats.norm.pdf(stats.norm.ppf(h)) / (1 - h)
    for o in group:
        if o['metric'] in ('p50', 'p95', 'p99'):
            p = {'p50': .5, 'p95': .95, 'p99': .99}[o['metric']]
            theta = method.quantile_effects(q0, q1, gi, p, W, paired=paired).within
            o['rho'] = float(theta / (sigma * (mills(hit[1]) - mills(hit[0]))))


def widen(o, tau):
    t, q = tau * TAU[o['metric']], stats.t.ppf(.975, o['nu'])
    if t <= 0:
        return
    for e, l, h in (('est', 'lo', 'hi'), ('tot', 'tlo', 'thi')):
        o[l], o[h] = o[e] - np.hypot(o[e] - o[l], q * t), o[e] + np.hypot(o[h] - o[e], q * t)
    T = stats.t.isf(o['p1'], o['nu'])
    if np.isfinite(T):
        se = abs(o['est']) / max(abs(T), 1e-9)
        o['p1'] = stats.t.sf(T * se / np.hypot(se, t), o['nu'])


def classed(o, which):
    e, l, h, nu = ('est', 'lo', 'hi', 'nu') if which == 'within' else ('tot', 'tlo', 'thi', 'tnu')
    return verdict.cls(o[e], o[l], o[h], o['m'], o[nu], o['sign'])


def attribution(o):
    """verdict.attribute, with each number's own degrees of freedom"""
    own = verdict.cls
    o = dict(o)
    if o['sign'] < 0:
        for a, b in (('lo', 'hi'), ('tlo', 'thi')):
            o[a], o[b] = -o[b], -o[a]
        for a in ('est', 'tot', 'cache', 'traffic'):
            o[a] = -o[a]
    calls = []
    verdict.cls = lambda e, l, h, m, nu, sign=1: (calls.append(0), own(e, l, h, m, o['nu'] if len(calls) == 1 else o['tnu']))[1]
    try:
        return verdict.attribute(o).split(' (')[0].replace(' ', '_')
    finally:
        verdict.cls = own


def judge(case):
    w0, w1 = window(case['seeds'][0], case, 0), window(case['seeds'][1], case, 1)
    out = rows(w0, w1, case)
    for o in out:
        widen(o, .04 if case['slices'] >= 240 else .05)
        o['p_worse'] = o['p1'] if o['sign'] > 0 else 1 - o['p1']
    promised = next(o for o in out if o['scope'] == '/b' and o['metric'] == 'p95')
    guards = [o for o in out if o is not promised and o['ok']]
    order = sorted(range(len(guards)), key=lambda k: guards[k]['p_worse'])
    worst = 0.
    for rank, k in enumerate(order):
        worst = max(worst, min(1., (len(guards) - rank) * guards[k]['p_worse']))
        guards[k]['p_holm'] = worst
    weak = lambda o: o['rho'] is not None and abs(o['rho']) < .2
    v = verdict.expect(promised, T20)
    if v in ('met', 'regressed') and weak(promised):
        v = 'inconclusive'
    if any(o['p_holm'] < .025 and o['sign'] * o['est'] >= o['m'] and not weak(o) for o in guards):
        v = 'regressed'
    results = []
    for o in out:
        kind = classed(o, 'within') if o['ok'] else 'inconclusive'
        if kind in ('improved', 'regressed') and weak(o):
            kind = 'inconclusive'
        results.append(dict(
            scope=o['scope'], metric=o['metric'], total=number(o['tot']), within=number(o['est']), cache=number(o['cache']),
            traffic=number(o['traffic']), ci95=[number(o['lo']), number(o['hi'])],
            total_ci95=[number(o['tlo']), number(o['thi'])], df=float(o['nu']), total_df=float(o['tnu']),
            p_worse=float(o['p_worse']), p_holm=o.get('p_holm'), kind=kind, total_kind=classed(o, 'total'),
            attribution=attribution(o) if o['ok'] else 'inconclusive', rho=o['rho'], sufficient=o['ok']))
    return dict(verdict=v.replace(' ', '_'), rows=results)


if __name__ == '__main__':
    fixture = []
    for k, (name, case) in enumerate(CASES.items()):
        case = dict(case, seeds=[100 + 2 * k, 101 + 2 * k])
        full = dict(slices=case['slices'], paired=case['paired'], hit=[55, 55], rate=[30, 30], shift=0, errors=[4, 4])
        full.update({key: list(value) if isinstance(value, tuple) else value for key, value in case.items()})
        result = judge(case)
        print(name, result['verdict'], [(r['scope'], r['metric'], r['kind'], r['attribution']) for r in result['rows'] if r['metric'] == 'p95'])
        fixture.append(dict(name=name, **full, **result))
    here = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(here, '..', 'Goldens', 'reference.json'), 'w') as file:
        json.dump(fixture, file, separators=(',', ':'))
        file.write('\n')
