using System.Text;
using FederatedQuery.Hot.Copy;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Ingest.WriteAhead;
using FederatedQuery.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace FederatedQuery.Logs.Tests.Ingest.WriteAhead;

/// <summary>A write-ahead log of its own folder, without PostgreSQL.</summary>
internal sealed class LogFiles : IDisposable
{
    public const int Stream = 777;

    private readonly TemporaryFolder _folder = new();
    private readonly LogLimits _limits;

    public LogFiles()
    {
        Options = new LogIngestOptions { Directory = _folder.FullPath, MinimumFreeBytes = 0 };
        _limits = new LogLimits(Options, TimeProvider.System);
    }

    public LogIngestOptions Options { get; }

    public WriteAheadLog Open() => WriteAheadLog.Open(StreamFolder.OpenAll(Options.Directory)[0], NullLogger.Instance);

    public LogAppender Appender(WriteAheadLog log) =>
        new(log, Stream, Options, new LogIngestMetrics(null, TimeProvider.System), TimeProvider.System, NullLogger.Instance);

    public RecordRows Rows(params string[] messages)
    {
        using var batch = new LogBatchBuilder(_limits);
        foreach (var message in messages)
        {
            batch.BeginRecord();
            batch.Text(LogField.Message, Encoding.UTF8.GetBytes(message));
            Assert.True(batch.TryEndRecord(out _));
        }

        return batch.Take()!;
    }

    /// <summary>Appends frame by frame, each flushed before the next.</summary>
    public async Task WriteAsync(params string[][] frames)
    {
        using var log = Open();
        using var appender = Appender(log);
        foreach (var frame in frames)
        {
            await appender.Append(Rows(frame));
        }
    }

    /// <summary>Everything from a position on, as it is read, and what was found damaged.</summary>
    public static (List<string> Messages, List<Damage> Damage, WriteAheadReader Reader) ReadAll(WriteAheadLog log, long position, int mostRows = 1000, int mostBytes = 1 << 20)
    {
        var damage = new List<Damage>();
        var reader = new WriteAheadReader(log, position) { OnDamage = damage.Add };
        var messages = new List<string>();
        while (reader.Read(mostRows, mostBytes) is { } batch)
        {
            using (batch)
            {
                messages.AddRange(batch.EachRow().Select(row => Message(row.Span)));
                Assert.Equal(batch.Rows, batch.EachRow().Count());
            }
        }

        return (messages, damage, reader);
    }

    public static string Message(ReadOnlySpan<byte> row)
    {
        Assert.True(EncodedRow.TryGetField(row, 3, out var value));
        return Encoding.UTF8.GetString(value);
    }

    public void Dispose() => _folder.Dispose();
}
