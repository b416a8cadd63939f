using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Json;

/// <summary>DECIMAL of up to 18 digits, as a number with all its digits.</summary>
internal sealed unsafe class NarrowDecimalJsonConverter(DuckDBLogicalType type) : JsonConverter
{
    private readonly int _size = type.ValueSize;
    private readonly int _scale = type.Scale;
    private void* _values;

    public override void Bind(DuckDBVector vector)
    {
        base.Bind(vector);
        _values = vector.Data;
    }

    protected override void WriteValid(JsonOutput output, int row)
    {
        var unscaled = _size switch
        {
            2 => ((short*)_values)[row],
            4 => ((int*)_values)[row],
            _ => ((long*)_values)[row],
        };
        output.Advance(DecimalText.Format(unscaled, _scale, output.Room(DecimalText.MaximumLength)));
    }
}

/// <summary>DECIMAL of 19 to 38 digits.</summary>
internal sealed unsafe class WideDecimalJsonConverter(DuckDBLogicalType type) : JsonConverter
{
    private readonly int _scale = type.Scale;
    private Int128* _values;

    public override void Bind(DuckDBVector vector)
    {
        base.Bind(vector);
        _values = (Int128*)vector.Data;
    }

    protected override void WriteValid(JsonOutput output, int row) =>
        output.Advance(DecimalText.Format(_values[row], _scale, output.Room(DecimalText.MaximumLength)));
}
