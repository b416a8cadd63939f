namespace FederatedQuery.Iceberg.Spec;

/// <summary>Columns that every table has by reserved field ids (spec: Reserved Field IDs), as far as they are read here.</summary>
public static class MetadataColumns
{
    /// <summary>The location of the data file that a row is in, as the manifest has it.</summary>
    public static NestedField FilePath { get; } = NestedField.RequiredField(2147483646, "_file", IcebergType.String);

    /// <summary>The row's place in its data file, counted from 0, deleted rows counted too.</summary>
    public static NestedField RowPosition { get; } = NestedField.RequiredField(2147483645, "_pos", IcebergType.Long);

    /// <summary>In position delete files: the data file that a row is deleted from.</summary>
    public static NestedField DeleteFilePath { get; } = NestedField.RequiredField(2147483546, "file_path", IcebergType.String);

    /// <summary>In position delete files: the place of the deleted row, counted from 0.</summary>
    public static NestedField DeletePosition { get; } = NestedField.RequiredField(2147483545, "pos", IcebergType.Long);

    /// <summary>v3 (spec: Row Lineage): the row's own number in its table. Null in rows of a table that was upgraded and not written since.</summary>
    public static NestedField RowId { get; } = NestedField.OptionalField(2147483540, "_row_id", IcebergType.Long);

    /// <summary>v3: the sequence number of the commit that wrote the row's present values.</summary>
    public static NestedField LastUpdatedSequenceNumber { get; } =
        NestedField.OptionalField(2147483539, "_last_updated_sequence_number", IcebergType.Long);

    /// <summary>Ids of tables' own columns are lower (spec: Reserved Field IDs).</summary>
    public const int FirstReservedId = 2147483447;

    /// <summary>Whether a field is one of no table's schema.</summary>
    public static bool IsOne(NestedField field)
    {
        ArgumentNullException.ThrowIfNull(field);
        return field.Id >= FirstReservedId;
    }
}
