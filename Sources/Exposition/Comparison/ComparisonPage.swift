package import Comparison

/// The report as one self-contained page.
package enum ComparisonPage {
    package static func render(_ report: ComparisonReport) -> String { "" }
}
