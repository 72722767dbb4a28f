"""The cascade of healing tissues: one system of rates per element, integrated with error control.

With the shares h haematoma, g granulation, f fibrous, c cartilage, i immature and m mature woven bone, and r
remodelled bone, the rates k named in `Rates`, the activation a(t) of inflammation and the gate v(p(t)) of perfusion:

dh/dt = -a k_hg h
dg/dt =  a k_hg h - k_gf g + k_bg (i + m)
df/dt =  k_gf g - (v k_fb + k_fc) f + k_bf (i + m) + k_cf c
dc/dt =  k_fc f - (v k_cb + k_cf) c
di/dt =  v k_fb f + v k_cb c - k_im i - (k_bf + k_bg) i
dm/dt =  k_im i - k_mr m - (k_bf + k_bg) m
dr/dt =  k_mr m

Immature and mature bone together are woven bone with its mineralisation (`tissue.compartments`).
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from itertools import pairwise

import numba
import numpy as np

from vertebra.kernels import njit

from ...table import value
from ...tissue import TissueState, compartments, joined
from ..processes.inflammation import Inflammation

TOLERANCE = 1e-5
"""Error of a share that one step may make; that at the end stays of the same order (tested)."""

_BLOCK = 32  # elements that share their steps, as the kernel has it
_BLOCKS_PER_THREAD = 50


@njit(inline="always")
def _fill_perfusion(cells, block, width, knots, rows, parts, perfusion, knot, work):
    """Fill rows 16 and 17 of work with perfusion at a knot and its slope to the next."""
    for lane in range(width):
        cell = cells[32 * block + lane]
        place = cell if perfusion.shape[1] > 1 else 0
        p = np.float64(perfusion[rows[knot], place])
        if parts[knot] > 0:
            p += parts[knot] * (perfusion[rows[knot] + 1, place] - p)
        q = np.float64(perfusion[rows[knot + 1], place])
        if parts[knot + 1] > 0:
            q += parts[knot + 1] * (perfusion[rows[knot + 1] + 1, place] - q)
        work[16, lane] = p
        work[17, lane] = (q - p) / (knots[knot + 1] - knots[knot])


@njit(inline="always")
def _solve_stage(width, active, z, half, since, work):
    """Turn rows 0-5 of work, the right side b of a stage, into its increment w; z = gamma dt, active = a z.

    A is triangular but for the paths back to f and g: c, i, m and g are written as a known part and a share of f, and
    f closes the loop. Every denominator is at least 1.
    """
    above, below, rest = 1 - half * half, 1 - 2 * half * half, half * half
    for lane in range(width):
        p = work[16, lane] + work[17, lane] * since
        gate = z * (p * p * above) / (p * p * below + rest)
        k_hg, k_gf, k_fb = active * work[6, lane], z * work[7, lane], gate * work[8, lane]
        k_fc, k_cb, k_im = z * work[9, lane], gate * work[10, lane], z * work[11, lane]
        k_mr, k_bf = z * work[12, lane], z * work[13, lane]
        k_cf, k_bg = z * work[14, lane], z * work[15, lane]
        h = work[0, lane] / (1 + k_hg)
        of_c = 1 / (1 + k_cb + k_cf)
        c_0 = work[3, lane] * of_c
        c_f = k_fc * of_c
        of_i = 1 / (1 + k_im + k_bf + k_bg)
        i_0 = (work[4, lane] + k_cb * c_0) * of_i
        i_f = (k_fb + k_cb * c_f) * of_i
        of_m = 1 / (1 + k_mr + k_bf + k_bg)
        m_0 = (work[5, lane] + k_im * i_0) * of_m
        m_f = k_im * i_f * of_m
        of_g = 1 / (1 + k_gf)
        g_0 = (work[1, lane] + k_hg * h + k_bg * (i_0 + m_0)) * of_g
        g_f = k_bg * (i_f + m_f) * of_g
        gained = k_gf * g_0 + k_bf * (i_0 + m_0) + k_cf * c_0
        returned = k_gf * g_f + k_bf * (i_f + m_f) + k_cf * c_f
        f = (work[2, lane] + gained) / (1 + k_fb + k_fc - returned)
        work[0, lane] = h - work[0, lane]
        work[1, lane] = g_0 + g_f * f - work[1, lane]
        work[2, lane] = f - work[2, lane]
        work[3, lane] = c_0 + c_f * f - work[3, lane]
        work[4, lane] = i_0 + i_f * f - work[4, lane]
        work[5, lane] = m_0 + m_f * f - work[5, lane]


@njit(inline="always")
def _error(width, w):
    """Largest difference between the two methods of a step, (b - b^) w / gamma."""
    error = 1e-16
    for i in range(6):
        for lane in range(width):
            off = -0.75 * w[0, i, lane] - 3.375 * w[1, i, lane] + 3.125 * w[2, i, lane]
            error = max(error, abs(off + w[4, i, lane]))
    return error


@njit(cache=True, nogil=True, error_model="numpy", fastmath={"contract"})
def _integrate(first, last, cells, rates, knots, speed, rows, parts, perfusion, numbers, shares):
    """Carry the shares of the blocks first to last from the first to the last knot; `shares` is edited.

    Singly diagonally implicit Runge-Kutta method of order 4 with an embedded one of order 3, L-stable and
    stiffly accurate, gamma = 1/4 (Hairer & Wanner, Solving Ordinary Differential Equations II, Table IV.6.5).
    With w_s = gamma dt k_s the stages are b_s = x + sum_(j<s) (a_sj / gamma) w_j and Y_s = b_s + w_s, where
    (1 - gamma dt A) Y_s = b_s.

    The 32 elements of a block share their steps, which end on every knot, and stand side by side in memory, so
    that the loop over them runs in vector registers. `work` has a row for each quantity of a block:
    0-5 right side b, then increment w of a stage; 6-15 rates; 16, 17 perfusion and its slope.

    Parameters
    ----------
    cells : ndarray of int, shape (n,)
        Block i holds cells[32 i : 32 (i + 1)].
    rates : ndarray, shape (10, m) or (10, 1) [1/d]
        In the order of `Rates`.
    knots : ndarray, shape (k,) [d]
    speed : ndarray, shape (k - 1,) [-]
        Of inflammation between knots.
    rows : ndarray of int, shape (k,)
        Row of `perfusion` at or before each knot.
    parts : ndarray, shape (k,) [-]
        How far each knot is on the way to the next row.
    perfusion : ndarray of float32, shape (j, m) or (j, 1) [-]
    numbers : (float, float, float)
        Recruitment [d], perfusion at which half the bone forms [-], tolerance [-].
    shares : ndarray, shape (6, m) [-]
        h, g, f, c, i, m.
    """
    recruitment, half, tolerance = numbers
    nodes = (0.25, 0.75, 0.55, 0.5, 1.0)
    a = np.zeros((5, 4))  # a_sj / gamma
    a[1, 0] = 2.0
    a[2, 0], a[2, 1] = 34 / 25, -4 / 25
    a[3, 0], a[3, 1], a[3, 2] = 371 / 340, -137 / 680, 15 / 136
    a[4, 0], a[4, 1], a[4, 2], a[4, 3] = 25 / 6, -49 / 12, 125 / 4, -85 / 3
    work, x, w = np.empty((18, 32)), np.empty((6, 32)), np.empty((5, 6, 32))
    for block in range(first, last):
        width = min(32, len(cells) - 32 * block)
        fastest = 1e-9
        for lane in range(width):
            cell = cells[32 * block + lane]
            column = cell if rates.shape[1] > 1 else 0
            for i in range(10):
                work[6 + i, lane] = rates[i, column]
                fastest = max(fastest, rates[i, column])
            for i in range(6):
                x[i, lane] = shares[i, cell]
        proposed = 0.2 / fastest
        for knot in range(len(knots) - 1):
            start, end = knots[knot], knots[knot + 1]
            _fill_perfusion(cells, block, width, knots, rows, parts, perfusion, knot, work)
            t = start
            while t < end:
                dt = min(proposed, end - t)
                z = 0.25 * dt
                for s in range(5):
                    now = t + nodes[s] * dt
                    active = z * speed[knot]
                    if now < 40 * recruitment:
                        active *= 1 - np.exp(-now / recruitment)
                    for i in range(6):
                        for lane in range(width):
                            work[i, lane] = x[i, lane]
                        for j in range(s):
                            weight = a[s, j]
                            for lane in range(width):
                                work[i, lane] += weight * w[j, i, lane]
                    _solve_stage(width, active, z, half, now - start, work)
                    for i in range(6):
                        for lane in range(width):
                            w[s, i, lane] = work[i, lane]
                error = _error(width, w)
                scaled = dt * min(5.0, max(0.2, 0.9 * np.sqrt(np.sqrt(tolerance / error))))
                if error > tolerance:
                    proposed = scaled
                    continue
                for i in range(6):
                    for lane in range(width):
                        for s in range(4):
                            x[i, lane] += a[4, s] * w[s, i, lane]
                        x[i, lane] += w[4, i, lane]
                proposed = max(proposed, scaled) if dt < proposed else scaled
                t = end if dt == end - t else t + dt
        for lane in range(width):
            for i in range(6):
                shares[i, cells[32 * block + lane]] = x[i, lane]


@dataclass(frozen=True, eq=False)
class Rates:
    """How fast tissues turn into each other, per element; each a number or an ndarray of shape (m,) [1/d].

    Attributes
    ----------
    haematoma_to_granulation
        At full activation of inflammation.
    granulation_to_fibrous, fibrous_to_cartilage
    fibrous_to_woven, cartilage_to_woven
        Direct and endochondral bone, at full perfusion.
    mineralisation
        Of woven bone, towards 1.
    woven_to_remodelled
        Of the matured part of woven bone.
    woven_to_fibrous, cartilage_to_fibrous
        Rupture under overload.
    woven_to_granulation
        Resorption under disuse.
    """

    haematoma_to_granulation: float | np.ndarray
    granulation_to_fibrous: float | np.ndarray
    fibrous_to_woven: float | np.ndarray
    fibrous_to_cartilage: float | np.ndarray
    cartilage_to_woven: float | np.ndarray
    mineralisation: float | np.ndarray
    woven_to_remodelled: float | np.ndarray
    woven_to_fibrous: float | np.ndarray = 0.0
    cartilage_to_fibrous: float | np.ndarray = 0.0
    woven_to_granulation: float | np.ndarray = 0.0

    def table(self) -> np.ndarray:
        """All rates in the order of the attributes; ndarray, shape (10, m), or (10, 1) if all are numbers.

        Raises
        ------
        ValueError
            When a rate is negative or not finite.
        """
        given = [np.atleast_1d(np.asarray(getattr(self, each.name), dtype=float)) for each in fields(self)]
        table = np.array(np.broadcast_arrays(*given))
        if not np.all((table >= 0) & (table < np.inf)):
            first = int(np.argmax(~np.all((table >= 0) & (table < np.inf), axis=1)))
            message = (
                f"{fields(self)[first].name} spans {np.min(table[first]):g} to {np.max(table[first]):g} per day, "
                "expected rates of at least 0. A tissue that lasts no time needs a duration above 0."
            )
            raise ValueError(message)
        return table


@dataclass(frozen=True, eq=False)
class PerfusionHistory:
    """Perfusion of every element, linear between given days and constant outside of them.

    Attributes
    ----------
    days : ndarray, shape (k,) [d]
        Since the fracture; increasing.
    values : ndarray of float32, shape (k, m) or (k, 1) [-]
        0 without vessels, 1 as vital bone.
    """

    days: np.ndarray
    values: np.ndarray

    def __post_init__(self):
        """Refuse days out of order and values that are no shares; keep half the memory."""
        object.__setattr__(self, "days", np.asarray(self.days, dtype=float))
        object.__setattr__(self, "values", np.ascontiguousarray(self.values, dtype=np.float32))
        if len(self.days) == 0 or np.any(np.diff(self.days) <= 0):
            message = f"the days of perfusion are {list(self.days)}, expected at least one, increasing."
            raise ValueError(message)
        if self.values.ndim != 2 or len(self.values) != len(self.days):
            message = (
                f"perfusion has shape {self.values.shape}, expected {len(self.days)} rows, one for each day."
            )
            raise ValueError(message)
        if not np.all((self.values >= 0) & (self.values <= 1)):
            message = (
                f"perfusion spans {np.min(self.values):g} to {np.max(self.values):g}, expected 0 to 1: clip "
                "what the solution of diffusion overshoots."
            )
            raise ValueError(message)

    @classmethod
    def full(cls) -> "PerfusionHistory":
        """Vital bone everywhere, from the first day."""
        return cls(np.zeros(1), np.ones((1, 1)))

    def on_day(self, day: float) -> np.ndarray:
        """Perfusion of every element on a day; ndarray, shape (m,) or (1,) [-]."""
        row, part = (each[0] for each in self._locate(np.array([day])))
        after = self.values[min(row + 1, len(self.days) - 1)]
        return self.values[row] + part * (after - self.values[row])

    def _locate(self, days):
        """Row at or before each day, and the way to the next row that is done; two arrays of shape (k,)."""
        at = np.interp(days, self.days, np.arange(len(self.days)))
        rows = at.astype(np.int64)
        return rows, at - rows


def perfusion_gate(perfusion) -> np.ndarray:
    """Share of the full rate at which bone forms, from perfusion.

    v(p) = (1 + q^2) p^2 / (p^2 + q^2),   v(0) = 0, v(half) = 1/2, v(1) = 1

    Smooth, with zero slope where there are no vessels.

    Parameters
    ----------
    perfusion : ndarray [-]

    Returns
    -------
    ndarray [-]
    """
    half = value("cascade", "gate.half")
    squared = np.square(np.asarray(perfusion, dtype=float))
    q_squared = half**2 / (1 - 2 * half**2)
    return (1 + q_squared) * squared / (squared + q_squared)


def advance_tissue(
    state: TissueState,
    days: float,
    rates: Rates,
    *,
    inflammation: Inflammation,
    perfusion: PerfusionHistory | None = None,
    tolerance: float = TOLERANCE,
) -> TissueState:
    """Integrate the cascade over some days, in the elements that have something to repair.

    Parameters
    ----------
    state : TissueState
    days : float [d]
        At least 0.
    rates : Rates
        Constant over the step.
    inflammation : Inflammation
        Clock of the first step; only its activation is read, the rate is that of `rates`.
    perfusion : PerfusionHistory, optional
        Without one all bone is fully perfused.
    tolerance : float [-]
        Error of a share that an inner step may make.

    Returns
    -------
    TissueState
    """
    if not 0 <= days < np.inf:
        message = f"a healing step lasts {days:g} days, expected at least 0: days must increase."
        raise ValueError(message)
    table = rates.table()
    perfusion = PerfusionHistory.full() if perfusion is None else perfusion
    m = len(state.territory)
    for name, array in (("the rates", table), ("perfusion", perfusion.values)):
        if array.shape[1] not in (1, m):
            message = f"{name} are given for {array.shape[1]} elements, expected {m} as the state has."
            raise ValueError(message)
    cells = np.flatnonzero(state.repair > 0)
    if days == 0 or len(cells) == 0:
        return state.healed_to(state.day + days, state.shares, state.mineralisation)
    end = state.day + days
    inner = np.concatenate([perfusion.days, inflammation.edges()])
    knots = np.unique([state.day, *inner[(inner > state.day) & (inner < end)], end])
    rows, parts = perfusion._locate(knots)
    immature, mature = compartments(state.share("woven"), state.mineralisation)
    shares = np.concatenate([state.shares[:4], immature[None], mature[None]])
    arguments = (
        cells,
        table,
        knots,
        inflammation.speed(0.5 * (knots[1:] + knots[:-1])),
        rows,
        parts,
        perfusion.values,
        (float(inflammation.recruitment), value("cascade", "gate.half"), float(tolerance)),
        shares,
    )
    blocks = -(-len(cells) // _BLOCK)
    threads = min(numba.get_num_threads(), 1 + blocks // _BLOCKS_PER_THREAD)
    ranges = list(pairwise(blocks * part // threads for part in range(threads + 1)))
    if threads == 1:
        _integrate(0, blocks, *arguments)
    else:
        with ThreadPoolExecutor(threads) as pool:
            for finished in [pool.submit(_integrate, *ends, *arguments) for ends in ranges]:
                finished.result()
    return _collected(state, end, shares, cells)


def _collected(state, day, shares, cells):
    """State from the integrated shares (6, m); remodelled bone is what is left, so no tissue is lost."""
    shares = np.maximum(shares, 0)  # the error of a step may lie below zero
    woven, mineralisation = joined(shares[4], shares[5])
    healed = np.concatenate([shares[:4], woven[None], state.shares[5:]])
    left = 1 - healed[:5, cells].sum(axis=0)
    healed[5, cells] = np.maximum(left, 0)
    healed[:, cells] /= healed[:, cells].sum(axis=0)
    return state.healed_to(day, healed, mineralisation)
