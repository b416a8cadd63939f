using System.Buffers;
using System.Globalization;
using System.Text.Unicode;
using FederatedQuery.Iceberg.Spec;

namespace FederatedQuery.Logs.Ingest;

/// <summary>
/// Takes log records field by field, in any order, and encodes them as rows of a binary COPY without making strings. Between <see cref="BeginRecord"/> and
/// <see cref="TryEndRecord"/> a field that comes twice counts as it came last. What is wrong with a record is data, not an exception: the record is rejected by its
/// index and the others go on. <see cref="LogIngest.AppendAsync"/> takes the rows over; after that, more records may follow into the same builder, with indexes
/// that go on. Made by <see cref="LogIngest.CreateBatch"/>. Not thread-safe.
/// </summary>
public sealed class LogBatchBuilder : IDisposable
{
    /// <summary>Reasons beyond these are counted only.</summary>
    public const int MostReasons = 10_000;

    private const int FirstField = (int)LogField.Level;
    private const int MetadataField = 13;
    private const int Fields = MetadataField - FirstField + 1;
    private const int Absent = -1;

    private static readonly byte[] DefaultLevel = "INFO"u8.ToArray();

    /// <summary>As senders write them.</summary>
    private static readonly string[] Names =
        ["level", "message", "resourceId", "traceId", "spanId", "commit", "parentResourceId", "userId", "workflowName", "workflowNode", "metadata"];

    private readonly LogLimits _limits;
    private readonly List<RejectedRecord> _rejected = [];
    private readonly (int Start, int Length)[] _values = new (int, int)[Fields];
    private byte[] _scratch = ArrayPool<byte>.Shared.Rent(1024);
    private int _used;
    private long? _micros;
    private string? _problem;
    private bool _isOpen;
    private int _countedRejections;
    private RecordRows? _rows;

    internal LogBatchBuilder(LogLimits limits)
    {
        _limits = limits;
    }

    /// <summary>Records that were taken so far, those included that have been appended already.</summary>
    public int Accepted { get; private set; }

    /// <summary>Records that were rejected so far.</summary>
    public int RejectedCount { get; private set; }

    /// <summary>Those that were rejected, in order; the first <see cref="MostReasons"/>.</summary>
    public IReadOnlyList<RejectedRecord> Rejected => _rejected;

    /// <summary>Records seen so far, and the index of the next one.</summary>
    public int Count => Accepted + RejectedCount;

    /// <summary>Bytes of the rows that wait for <see cref="LogIngest.AppendAsync"/>; a long request appends now and then.</summary>
    public int PendingBytes => _rows?.Length ?? 0;

    /// <summary>Begins the next record; one that was begun and not ended is forgotten, and takes no index.</summary>
    public void BeginRecord()
    {
        _used = 0;
        _micros = null;
        _problem = null;
        _isOpen = true;
        _values.AsSpan().Fill((0, Absent));
    }

    /// <summary>When it happened; without it, the record is of now.</summary>
    /// <param name="epochMicros">Microseconds since 1970-01-01 00:00 UTC.</param>
    public void Timestamp(long epochMicros) => _micros = epochMicros;

    /// <summary>A text field's value. A field whose value is null is left out.</summary>
    public void Text(LogField field, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length > _limits.MaxBytes(field))
        {
            _problem ??= string.Create(
                CultureInfo.InvariantCulture, $"`{NameOf(field)}` is {utf8.Length} bytes long; it may be {_limits.MaxBytes(field)}.");
        }
        else if (utf8.Contains((byte)0))
        {
            _problem ??= $"`{NameOf(field)}` has the character U+0000, which cannot be stored.";
        }
        else if (!Utf8.IsValid(utf8))
        {
            _problem ??= $"`{NameOf(field)}` is not valid UTF-8.";
        }
        else
        {
            Keep((int)field - FirstField, utf8);
        }
    }

    /// <summary>All that has no field of its own.</summary>
    /// <param name="jsonObjectUtf8">A JSON object.</param>
    public void Metadata(ReadOnlySpan<byte> jsonObjectUtf8)
    {
        if (jsonObjectUtf8.Length > _limits.MaxMetadataBytes)
        {
            _problem ??= string.Create(CultureInfo.InvariantCulture, $"`metadata` is {jsonObjectUtf8.Length} bytes long; it may be {_limits.MaxMetadataBytes}.");
        }
        else if (!Utf8.IsValid(jsonObjectUtf8))
        {
            _problem ??= "`metadata` is not valid UTF-8.";
        }
        else if (MetadataCheck.Problem(jsonObjectUtf8) is { } problem)
        {
            _problem ??= problem;
        }
        else
        {
            Keep(MetadataField - FirstField, jsonObjectUtf8);
        }
    }

    /// <summary>Ends the record.</summary>
    /// <param name="reason">Why it is rejected; a full sentence.</param>
    /// <returns>False when it was rejected.</returns>
    public bool TryEndRecord(out string? reason)
    {
        if (!_isOpen)
        {
            throw new InvalidOperationException("No record was begun.");
        }

        var now = NowMicros();
        var micros = _micros ?? now;
        reason = _problem ?? RequiredProblem() ?? TimeProblem(micros, now);
        if (reason is not null)
        {
            RejectRecord(reason);
            return false;
        }

        _isOpen = false;
        var row = (_rows ??= new RecordRows()).BeginRow(micros);
        for (var i = 0; i < Fields; i++)
        {
            var (start, length) = _values[i];
            if (i == (int)LogField.Level - FirstField && length <= 0)
            {
                row.Text(DefaultLevel);
            }
            else if (length == Absent)
            {
                row.Null();
            }
            else if (i == MetadataField - FirstField)
            {
                row.Jsonb(_scratch.AsSpan(start, length));
            }
            else
            {
                row.Text(_scratch.AsSpan(start, length));
            }
        }

        Accepted++;
        return true;
    }

    /// <summary>Rejects the record that was begun, or one that could not even be begun.</summary>
    /// <param name="reason">A full sentence for its sender.</param>
    public void RejectRecord(string reason)
    {
        _isOpen = false;
        if (_rejected.Count < MostReasons)
        {
            _rejected.Add(new RejectedRecord(Count, reason));
        }

        RejectedCount++;
    }

    public void Dispose()
    {
        _rows?.Dispose();
        _rows = null;
        if (_scratch.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = [];
        }
    }

    /// <summary>Hands over the rows that have been encoded; the builder goes on with new ones.</summary>
    /// <returns>Null when there are none.</returns>
    internal RecordRows? Take()
    {
        var rows = _rows;
        _rows = null;
        return rows;
    }

    /// <summary>Records rejected since this was last asked.</summary>
    internal int TakeRejections()
    {
        var rejected = RejectedCount - _countedRejections;
        _countedRejections = RejectedCount;
        return rejected;
    }

    private static string NameOf(LogField field) => Names[(int)field - FirstField];

    private string? RequiredProblem()
    {
        if (_values[(int)LogField.Message - FirstField].Length == Absent)
        {
            return "`message` is required, and must be a string.";
        }

        var bytes = 0L;
        foreach (var (_, length) in _values)
        {
            bytes += Math.Max(0, length);
        }

        return bytes > _limits.MaxRecordBytes
            ? string.Create(CultureInfo.InvariantCulture, $"The record is {bytes} bytes long; it may be {_limits.MaxRecordBytes}.")
            : null;
    }

    private string? TimeProblem(long micros, long now)
    {
        // Differences of far-off values would wrap around.
        if (micros > now + Micros(_limits.MaxAhead))
        {
            return $"`timestamp` {Describe(micros)} is more than {_limits.MaxAhead.TotalHours:0.#} hours in the future.";
        }

        return micros < now - Micros(_limits.MaxAge)
            ? $"`timestamp` {Describe(micros)} is older than the {_limits.MaxAge.TotalDays:0.#} days that records are kept."
            : null;
    }

    private static string Describe(long micros) =>
        micros is > -62_135_596_800_000_000 and < 253_402_300_800_000_000
            ? EpochTime.UtcOf(micros).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)
            : string.Create(CultureInfo.InvariantCulture, $"({micros} microseconds since 1970)");

    private long NowMicros() => EpochTime.MicrosOf(_limits.Time.GetUtcNow());

    private static long Micros(TimeSpan time) => time.Ticks / TimeSpan.TicksPerMicrosecond;

    private void Keep(int index, ReadOnlySpan<byte> value)
    {
        if (_scratch.Length - _used < value.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_used + value.Length, _scratch.Length * 2));
            _scratch.AsSpan(0, _used).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_scratch);
            _scratch = larger;
        }

        value.CopyTo(_scratch.AsSpan(_used));
        _values[index] = (_used, value.Length);
        _used += value.Length;
    }
}
