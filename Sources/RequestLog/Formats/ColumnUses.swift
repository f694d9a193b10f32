/// What a reader does with the columns of the last header it met: worked out once for each header, not for each line.
struct ColumnUses {
    struct Use {
        var meaning: FieldMeaning?
        var half: W3CColumns.Half?
    }

    private(set) var uses: [Use] = []
    private var header: [UInt8] = []

    /// Of a reader that asks for these keys, and always the same ones.
    mutating func follow(_ columns: W3CColumns, _ asked: AskedKeys) {
        guard columns.text != header else { return }
        header = columns.text
        uses = columns.columns.map { column in
            let meaning =
                asked.isEmpty
                ? column.meaning : asked.meaning(ofPath: column.path) ?? asked.unasked(column.meaning)
            return Use(meaning: meaning, half: column.half)
        }
    }
}
