using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Json;

/// <summary>Values of a fixed size, each written by one static method.</summary>
internal sealed unsafe class FixedJsonConverter<T>(delegate*<JsonOutput, T, void> write) : JsonConverter
    where T : unmanaged
{
    private readonly delegate*<JsonOutput, T, void> _write = write;
    private T* _values;

    public override void Bind(DuckDBVector vector)
    {
        base.Bind(vector);
        _ = vector.Values<T>(); // Checks that T fits the type.
        _values = (T*)vector.Data;
    }

    protected override void WriteValid(JsonOutput output, int row) => _write(output, _values[row]);
}
