using System.Text;
using FederatedQuery.Logs.Ingest;
using FederatedQuery.Testing;

namespace FederatedQuery.Logs.Tests.Ingest;

public class LogBatchBuilderTests(PostgresFixture postgres) : IClassFixture<PostgresFixture>
{
    private static readonly LogLimits Limits = new(new LogIngestOptions { MaxRecordBytes = 5_000, MaxMetadataBytes = 3_000 }, TimeProvider.System);

    public static TheoryData<string, string> BadMetadata => new()
    {
        { "[1]", "`metadata` must be a JSON object." },
        { "", "`metadata` is not valid JSON (byte 0 of line 0)." },
        { """{"a":}""", "`metadata` is not valid JSON (byte 5 of line 0)." },
        { """{"a":1} x""", "`metadata` is not valid JSON (byte 8 of line 0)." },
        { """{"a":"\u0000"}""", "`metadata` has the character U+0000, which cannot be stored." },
        { """{"a\u0000":1}""", "`metadata` has the character U+0000, which cannot be stored." },
        { """{"a":"\ud800"}""", "`metadata` has an escape that is half of a surrogate pair." },
        { """{"a":1e401}""", "`metadata` has a number with an exponent beyond 400." },
        { """{"a":1e-99999}""", "`metadata` has a number with an exponent beyond 400." },
        { """{"a":1e99999999999999999999}""", "`metadata` has a number with an exponent beyond 400." },
        { $$"""{"a":{{new string('9', 1001)}}}""", "`metadata` has a number of more than 1000 digits." },
        { string.Concat(Enumerable.Repeat("""{"a":""", 65)) + "1" + new string('}', 65), "`metadata` is nested deeper than 64 levels." },
        { $$"""{"a":"{{new string('x', 3000)}}"}""", "`metadata` is 3008 bytes long; it may be 3000." },
    };

    [Theory]
    [MemberData(nameof(BadMetadata))]
    public void Metadata_ThatCannotBeStored_RejectsTheRecordWithAReason(string json, string expected) =>
        Assert.Equal(expected, ReasonOf(batch => batch.Metadata(Encoding.UTF8.GetBytes(json))));

    [Fact]
    public void TryEndRecord_WrongFields_SaysWhichAndWhy()
    {
        Assert.Equal("`message` is required, and must be a string.", ReasonOf(_ => { }, message: null));
        Assert.Equal("`traceId` is 1025 bytes long; it may be 1024.", ReasonOf(batch => batch.Text(LogField.TraceId, new byte[1025])));
        Assert.Equal("`level` is 65 bytes long; it may be 64.", ReasonOf(batch => batch.Text(LogField.Level, new byte[65])));
        Assert.Equal("`message` has the character U+0000, which cannot be stored.", ReasonOf(_ => { }, message: "a\0b"));
        Assert.Equal("`userId` is not valid UTF-8.", ReasonOf(batch => batch.Text(LogField.UserId, [0xC0, 0xAF])));
        Assert.Equal("The record is 5001 bytes long; it may be 5000.", ReasonOf(batch => batch.Text(LogField.Commit, new string('c', 101).Select(c => (byte)c).ToArray()), new string('m', 4900)));
        Assert.Contains("is more than 24 hours in the future.", ReasonOf(batch => batch.Timestamp(Micros(DateTimeOffset.UtcNow.AddHours(25)))), StringComparison.Ordinal);
        Assert.Contains("is older than the 730 days that records are kept.", ReasonOf(batch => batch.Timestamp(Micros(DateTimeOffset.UtcNow.AddDays(-731)))), StringComparison.Ordinal);
        Assert.Contains("(-9223372036854775808 microseconds since 1970)", ReasonOf(batch => batch.Timestamp(long.MinValue)), StringComparison.Ordinal);
        Assert.NotNull(ReasonOf(batch => batch.Timestamp(long.MaxValue)));
        Assert.Null(ReasonOf(batch => batch.Timestamp(Micros(DateTimeOffset.UtcNow.AddHours(23)))));
    }

    [Fact]
    public void Rejected_AmongGoodOnes_HasTheIndexesOfTheRequest()
    {
        using var batch = new LogBatchBuilder(Limits);
        Add(batch, "0");
        batch.RejectRecord("1 is no record.");
        batch.BeginRecord();
        Assert.False(batch.TryEndRecord(out var reason));
        Add(batch, "3");
        batch.Take()!.Dispose();
        batch.RejectRecord("4 neither.");

        Assert.Equal(2, batch.Accepted);
        Assert.Equal([new RejectedRecord(1, "1 is no record."), new RejectedRecord(2, reason!), new RejectedRecord(4, "4 neither.")], batch.Rejected);
    }

    /// <summary>What is let through, PostgreSQL takes.</summary>
    [Fact]
    public async Task Metadata_ThatIsLetThrough_IsTakenByPostgres()
    {
        string[] texts =
        [
            "{}", """{"a":1e400,"b":-1.5e-400}""", """{"a":"\ud83d\ude00\u0001\n\"\\"}""", """{"a":1,"a":2}""", """{"":[[],{},null,true]}""",
            $$"""{"a":{{new string('9', 1000)}},"b":0.{{new string('1', 998)}}}""",
            string.Concat(Enumerable.Repeat("""{"a":""", 63)) + "{}" + new string('}', 63), """{"a":" raw "}""",
        ];
        await using var scene = await LogsScene.StartAsync(postgres);
        using var batch = scene.Ingest.CreateBatch();
        foreach (var text in texts)
        {
            batch.BeginRecord();
            batch.Text(LogField.Message, "m"u8);
            batch.Metadata(Encoding.UTF8.GetBytes(text));
            Assert.True(batch.TryEndRecord(out var reason), reason);
        }

        await scene.Ingest.AppendAsync(batch, CancellationToken.None);
        await scene.StoredAsync();

        Assert.Equal(texts.Length, (await scene.MessagesAsync()).Count);
    }

    private static string? ReasonOf(Action<LogBatchBuilder> fill, string? message = "m")
    {
        using var batch = new LogBatchBuilder(Limits);
        batch.BeginRecord();
        fill(batch);
        if (message is not null)
        {
            batch.Text(LogField.Message, Encoding.UTF8.GetBytes(message));
        }

        var isTaken = batch.TryEndRecord(out var reason);
        Assert.Equal(isTaken, reason is null);
        return reason;
    }

    private static void Add(LogBatchBuilder batch, string message)
    {
        batch.BeginRecord();
        batch.Text(LogField.Message, Encoding.UTF8.GetBytes(message));
        Assert.True(batch.TryEndRecord(out _));
    }

    private static long Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
