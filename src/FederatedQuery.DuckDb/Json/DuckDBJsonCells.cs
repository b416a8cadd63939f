using FederatedQuery.DuckDb.Types;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Json;

/// <summary>
/// Single values as JSON, straight from the vectors, one behind the other in one pooled buffer; values are written as <see cref="DuckDBJsonWriter"/> writes them. Not
/// thread-safe.
/// </summary>
public sealed class DuckDBJsonCells : IDisposable
{
    private readonly JsonConverter[] _converters;
    private readonly JsonOutput _output;
    private DataChunk? _bound;

    /// <param name="types">Of the first columns of each chunk; a chunk may have more.</param>
    /// <param name="nonFiniteTexts">Whether NaN and infinite values are texts (<c>"NaN"</c>, <c>"Infinity"</c>, <c>"-Infinity"</c>) and not null.</param>
    /// <exception cref="NotSupportedException">A type cannot be written; the message names it.</exception>
    public DuckDBJsonCells(IReadOnlyList<DuckDBLogicalType> types, bool nonFiniteTexts = false)
    {
        _converters = [.. types.Select(JsonConverters.Create)];
        _output = new JsonOutput { WritesNonFiniteTexts = nonFiniteTexts };
    }

    /// <summary>Bytes written so far: where the next value begins.</summary>
    public int Length => _output.Length;

    /// <summary>NaN and infinite values written so far, as null or as texts.</summary>
    public long NonFiniteCount => _output.NonFiniteCount;

    /// <summary>Writes one value.</summary>
    public void Write(DataChunk chunk, int column, int row)
    {
        if (_bound != chunk)
        {
            for (var i = 0; i < _converters.Length; i++)
            {
                _converters[i].Bind(chunk[i]);
            }

            _bound = chunk;
        }

        _converters[column].Write(_output, row);
    }

    /// <summary>Writes a value that is JSON already.</summary>
    public void WriteRaw(ReadOnlySpan<byte> json) => _output.Raw(json);

    /// <summary>What was written, valid until this is disposed of or more is written.</summary>
    public ReadOnlyMemory<byte> Slice(int start, int length) => _output.Written.Slice(start, length);

    public void Dispose() => _output.Dispose();
}
