using System.Buffers;
using FederatedQuery.DuckDb.Vectors;

namespace FederatedQuery.DuckDb.Json;

/// <summary>
/// Rows of one result as JSON objects, straight from the vectors. Keys are the column names in order; a name that repeats gets <c>_1</c>, <c>_2</c> appended.
/// Not thread-safe; make one per result.
/// </summary>
/// <remarks>
/// Integers and decimals are numbers with all digits; NaN and infinite floats are null and counted. TIMESTAMPTZ ends in Z, TIMESTAMP has no
/// offset, both ISO 8601 without trailing zeros; INTERVAL is an ISO 8601 duration; BLOB is base64; ENUM a string; LIST and ARRAY arrays; STRUCT an object; MAP
/// an object when its keys are text, else an array of key and value; UNION the value it holds; JSON as it is.
/// </remarks>
public sealed class DuckDBJsonWriter : IDisposable
{
    private readonly JsonConverter[] _converters;

    /// <summary>Before each column's value: <c>{"a":</c>, then <c>,"b":</c>.</summary>
    private readonly byte[][] _keys;
    private readonly JsonOutput _output = new();
    private bool _any;

    /// <exception cref="NotSupportedException">A column's type cannot be written; the message names it.</exception>
    public DuckDBJsonWriter(IReadOnlyList<DuckDBColumn> columns)
    {
        _converters = [.. columns.Select(Converter)];
        _keys = [.. UniqueNames(columns).Select((name, index) => Key(name, index == 0))];
    }

    /// <summary>Rows written so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>NaN and infinite values written as null so far.</summary>
    public long NonFiniteCount => _output.NonFiniteCount;

    /// <summary>Writes all rows of a chunk, whose first columns are the result's, as objects with a comma between them, also between chunks: the caller writes the brackets.</summary>
    public void WriteArrayItems(DataChunk chunk, IBufferWriter<byte> destination) => Write(chunk, destination, lines: false);

    /// <summary>Writes each row of a chunk, whose first columns are the result's, as an object on its own line (NDJSON).</summary>
    public void WriteLines(DataChunk chunk, IBufferWriter<byte> destination) => Write(chunk, destination, lines: true);

    public void Dispose() => _output.Dispose();

    /// <summary>The names of columns, those that repeat with <c>_1</c>, <c>_2</c> appended.</summary>
    public static IEnumerable<string> UniqueNames(IReadOnlyList<DuckDBColumn> columns)
    {
        var taken = columns.Select(column => column.Name).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var column in columns)
        {
            var name = column.Name;
            for (var i = 1; !seen.Add(name); i++)
            {
                name = taken.Contains($"{column.Name}_{i}") ? name : $"{column.Name}_{i}";
            }

            yield return name;
        }
    }

    private void Write(DataChunk chunk, IBufferWriter<byte> destination, bool lines)
    {
        if (chunk.ColumnCount < _converters.Length)
        {
            throw new ArgumentException($"The chunk has {chunk.ColumnCount} columns, the result {_converters.Length}.", nameof(chunk));
        }

        for (var i = 0; i < _converters.Length; i++)
        {
            _converters[i].Bind(chunk[i]);
        }

        _output.Clear();
        var count = chunk.Count;
        for (var row = 0; row < count; row++)
        {
            if (!lines && _any)
            {
                _output.Byte((byte)',');
            }

            _any = true;
            for (var i = 0; i < _converters.Length; i++)
            {
                _output.Raw(_keys[i]);
                _converters[i].Write(_output, row);
            }

            _output.Raw(lines ? "}\n"u8 : "}"u8);
            if (_output.IsFlushDue)
            {
                _output.FlushTo(destination);
            }
        }

        _output.FlushTo(destination);
        RowCount += count;
    }

    private static JsonConverter Converter(DuckDBColumn column)
    {
        try
        {
            return JsonConverters.Create(column.Type);
        }
        catch (NotSupportedException exception)
        {
            throw new NotSupportedException($"Column '{column.Name}': {exception.Message}", exception);
        }
    }

    private static byte[] Key(string name, bool first) => [first ? (byte)'{' : (byte)',', .. JsonText.Quote(name), (byte)':'];
}
