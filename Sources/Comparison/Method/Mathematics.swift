import Glibc

func logarithm(_ value: Double) -> Double { log(value) }

func exponential(_ value: Double) -> Double { exp(value) }

/// The length of a vector; infinite when one of its parts is.
func length(_ first: Double, _ second: Double) -> Double { hypot(first, second) }
