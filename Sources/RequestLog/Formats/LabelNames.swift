/// The labels that ltsv.org recommends and that mean something else, or nothing, elsewhere.
enum LabelNames {
    static let table: [String: FieldMeaning] = [
        "req": FieldMeaning(field: .requestLine, rank: 0),
        "reqtime": FieldMeaning(field: .duration, rank: 1, unit: .seconds),
        "reqtimemicrosec": FieldMeaning(field: .duration, rank: 0, unit: .microseconds),
        "apptime": FieldMeaning(field: .upstreamTime, rank: 0, unit: .seconds),
    ]
}
