namespace FederatedQuery.Iceberg.Avro;

/// <summary>A record's values, in the order of the schema's fields.</summary>
public sealed record AvroRecord(AvroRecordSchema Schema, object?[] Values)
{
    /// <exception cref="KeyNotFoundException">The schema has no such field.</exception>
    public object? this[string name]
    {
        get
        {
            for (var i = 0; i < Schema.Fields.Length; i++)
            {
                if (Schema.Fields[i].Name == name)
                {
                    return Values[i];
                }
            }

            throw new KeyNotFoundException($"The Avro record '{Schema.FullName}' has no field '{name}'.");
        }
    }
}
