namespace FederatedQuery.Gateway.Tests.Access.Tokens;

/// <summary>A clock that goes when it is told to.</summary>
internal sealed class SetTime : TimeProvider
{
    private TimeSpan _passed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public static DateTimeOffset Start { get; } = new(2026, 11, 22, 0, 0, 0, TimeSpan.Zero);

    public void Pass(TimeSpan time) => _passed += time;

    public override DateTimeOffset GetUtcNow() => Start + _passed;

    public override long GetTimestamp() => _passed.Ticks;

    /// <summary>Nothing runs out of time by itself.</summary>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Never();

    private sealed class Never : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
