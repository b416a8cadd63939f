using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Json;

/// <summary>Writes the values of one column, or of a child of one. Chosen once per result by the type; bound to a vector once per chunk.</summary>
internal abstract class JsonConverter
{
    protected DuckDBVector Vector { get; private set; }

    public virtual void Bind(DuckDBVector vector) => Vector = vector;

    public void Write(JsonOutput output, int row)
    {
        if (Vector.IsValid(row))
        {
            WriteValid(output, row);
        }
        else
        {
            output.Raw("null"u8);
        }
    }

    /// <summary>A row that is not null.</summary>
    protected abstract void WriteValid(JsonOutput output, int row);
}
