using System.Net.Sockets;
using FederatedQuery.Hot.Connections;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace FederatedQuery.Hot.Tests.Connections;

public sealed class LoopFailuresTests
{
    private readonly Lines _lines = new();
    private readonly StandingTime _time = new();
    private readonly LoopFailures _failures;

    public LoopFailuresTests() => _failures = new LoopFailures("Counting sheep", _time, _lines);

    public static TheoryData<Exception, string> Absences => new()
    {
        { Broken(), "PostgreSQL does not answer: Failed to connect to db:5432" },
        { new InvalidOperationException("EF", Broken()), "PostgreSQL does not answer: Failed to connect to db:5432" },
        { Refused("57P01"), "PostgreSQL does not answer: said so" },
        { Refused("53300"), "PostgreSQL does not answer: said so" },
        { Refused("28P01"), "PostgreSQL refuses the login: said so" },
        { new OperationCanceledException(), "there was no answer in the time that it is given" },
    };

    [Theory]
    [MemberData(nameof(Absences))]
    public void Failed_PostgresIsAway_SaysSoInOneLineWithoutAStackTrace(Exception error, string reason)
    {
        _failures.Failed(error, Say);

        Assert.Equal([$"Warning: Counting sheep is put off, and tried again until it succeeds: {reason}"], _lines.All);
    }

    [Theory]
    [InlineData("42P01")]
    [InlineData("40001")]
    public void Failed_AStatementThatWasRefused_IsSaidInTheLoopsOwnWords(string state)
    {
        _failures.Failed(Refused(state), Say);

        Assert.Equal([$"own words: {state}: said so"], _lines.All);
    }

    [Fact]
    public void Failed_AgainAndAgain_IsSaidEverMoreSeldom()
    {
        var at = new List<int>();
        for (var minute = 0; minute <= 400; minute++)
        {
            var before = _lines.All.Count;
            // However it shows.
            _failures.Failed(minute % 2 == 0 ? Broken() : Refused("57P03"), Say);
            if (_lines.All.Count > before)
            {
                at.Add(minute);
            }

            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal([0, 1, 3, 7, 15, 31, 63, 123, 183, 243, 303, 363], at);
    }

    [Fact]
    public void Succeeded_AfterAbsence_IsSaidOnce()
    {
        _failures.Succeeded();
        _failures.Failed(Broken(), Say);
        _failures.Failed(Refused("28P01"), Say);
        _time.Advance(TimeSpan.FromSeconds(90));
        _failures.Succeeded();
        _failures.Succeeded();
        _failures.Failed(Broken(), Say);

        Assert.Equal(
            [
                "Warning: Counting sheep is put off, and tried again until it succeeds: PostgreSQL does not answer: Failed to connect to db:5432",
                "Warning: Counting sheep is put off, and tried again until it succeeds: PostgreSQL refuses the login: said so",
                "Information: Counting sheep succeeds again, after 90 s",
                "Warning: Counting sheep is put off, and tried again until it succeeds: PostgreSQL does not answer: Failed to connect to db:5432",
            ],
            _lines.All);
    }

    [Fact]
    public void Failed_ByAnythingElse_IsSaidOnceUntilItChanges()
    {
        _failures.Failed(new InvalidOperationException("one"), Say);
        _failures.Failed(new InvalidOperationException("one"), Say);
        _failures.Failed(new InvalidOperationException("two"), Say);

        Assert.Equal(["own words: one", "own words: two"], _lines.All);
    }

    private void Say(Exception error) => _lines.All.Add("own words: " + error.Message);

    private static NpgsqlException Broken() => new("Failed to connect to db:5432", new SocketException((int)SocketError.ConnectionRefused));

    private static PostgresException Refused(string state) => new("said so", "ERROR", "ERROR", state);

    private sealed class Lines : ILogger
    {
        public List<string> All { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Add($"{logLevel}: {formatter(state, exception)}{exception}");
    }

    private sealed class StandingTime : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => _ticks;

        public void Advance(TimeSpan by) => _ticks += by.Ticks;
    }
}
