import Glibc

/// Student's t distribution with any positive number of degrees of freedom, to nearly the last bit of a double.
///
/// The upper tail is half of the regularised incomplete beta function I_x(ν/2, 1/2) with x = ν/(ν + t²), by its
/// continued fraction (Abramowitz and Stegun, 26.5.8 and 26.7.1), evaluated with Lentz's method.
package enum StudentT {
    /// P(T > t).
    package static func upperTail(_ t: Double, _ degrees: Double) -> Double {
        precondition(degrees > 0, "a t distribution without degrees of freedom")
        if t.isInfinite { return t > 0 ? 0 : 1 }
        if t == 0 { return 0.5 }
        let half = tail(t.magnitude, degrees)
        return t > 0 ? half : 1 - half
    }

    /// The t that is exceeded with probability 1 − p.
    package static func quantile(_ p: Double, _ degrees: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile outside of (0, 1)")
        return p > 0.5 ? quantile(upper: 1 - p, degrees) : -quantile(upper: p, degrees)
    }

    /// The t that is exceeded with this probability; infinite for 0.
    package static func quantile(upper probability: Double, _ degrees: Double) -> Double {
        if probability == 0.5 { return 0 }
        if probability > 0.5 { return -quantile(upper: 1 - probability, degrees) }
        guard probability > 0 else { return .infinity }
        // Newton's method on ln P(T > e^u): concave in u, so that it cannot run away.
        var u = log(Normal.quantile(upper: probability)) + 0.1
        for _ in 0..<200 {
            let t = exp(u)
            let tail = tail(t, degrees)
            let slope = -t * density(t, degrees) / tail
            let step = max(-2, min(2, (log(tail) - log(probability)) / slope))
            u -= step
            if step.magnitude < 1e-15 * max(1, u.magnitude) { break }
        }
        return exp(u)
    }

    package static func density(_ t: Double, _ degrees: Double) -> Double {
        exp(gammaRatio(degrees / 2) - 0.5 * log(degrees * .pi) - (degrees + 1) / 2 * log1p(t * t / degrees))
    }

    /// P(T > t) for t > 0.
    private static func tail(_ t: Double, _ degrees: Double) -> Double {
        let (a, b) = (degrees / 2, 0.5)
        let square = t * t
        let x = degrees / (degrees + square)
        let y = square / (degrees + square)
        // x^a y^b / B(a, b), with ln B(a, 1/2) = ln Γ(1/2) − (ln Γ(a + 1/2) − ln Γ(a)).
        let front = exp(-a * log1p(square / degrees) + b * log(y) + gammaRatio(a) - 0.5 * log(.pi))
        if x < (a + 1) / (a + b + 2) { return 0.5 * front * fraction(a, b, x) / a }
        return 0.5 * (1 - front * fraction(b, a, y) / b)
    }

    /// The continued fraction of the incomplete beta function.
    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        let tiny = 1e-300
        var c = 1.0
        var d = 1 - (a + b) * x / (a + 1)
        d = 1 / (d.magnitude < tiny ? tiny : d)
        var value = d
        for m in 1...100_000 {
            let m = Double(m)
            for term in [
                m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
                -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
            ] {
                d = 1 + term * d
                d = 1 / (d.magnitude < tiny ? tiny : d)
                c = 1 + term / c
                if c.magnitude < tiny { c = tiny }
                value *= c * d
            }
            if (c * d - 1).magnitude < 1e-16 { break }
        }
        return value
    }

    /// ln Γ(a + 1/2) − ln Γ(a) without the cancellation of the two: by recurrence to where the difference of Stirling's
    /// series (Abramowitz and Stegun, 6.1.40; with Bernoulli polynomials at 1/2) is exact.
    private static func gammaRatio(_ a: Double) -> Double {
        var a = a
        var shift = 1.0
        while a < 32 {
            shift *= a / (a + 0.5)
            a += 1
        }
        let z = 1 / (a * a)
        let series = -1.0 / 8 + z * (1.0 / 192 + z * (-1.0 / 640 + z * (17.0 / 14_336 + z * (-31.0 / 18_432))))
        return 0.5 * log(a) + series / a + log(shift)
    }
}

/// The standard normal distribution.
package enum Normal {
    package static func density(_ z: Double) -> Double { exp(-0.5 * z * z) / (2 * .pi).squareRoot() }

    package static func upperTail(_ z: Double) -> Double { 0.5 * erfc(z / 2.0.squareRoot()) }

    package static func quantile(_ p: Double) -> Double {
        precondition(p > 0 && p < 1, "a quantile outside of (0, 1)")
        return p > 0.5 ? quantile(upper: 1 - p) : -quantile(upper: p)
    }

    /// By Newton's method on the logarithm of the tail.
    package static func quantile(upper probability: Double) -> Double {
        if probability >= 0.5 { return probability == 0.5 ? 0 : -quantile(upper: 1 - probability) }
        guard probability > 0 else { return .infinity }
        // Abramowitz and Stegun 26.2.23, right to 4.5e-4.
        let root = (-2 * log(probability)).squareRoot()
        var z =
            root - (2.515517 + root * (0.802853 + root * 0.010328))
            / (1 + root * (1.432788 + root * (0.189269 + root * 0.001308)))
        for _ in 0..<50 {
            let tail = upperTail(z)
            let step = (log(tail) - log(probability)) * tail / density(z)
            z += step
            if step.magnitude < 1e-16 * max(1, z.magnitude) { break }
        }
        return z
    }
}
