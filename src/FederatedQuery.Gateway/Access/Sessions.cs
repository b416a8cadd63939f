using System.Collections.Concurrent;
using FederatedQuery.Federation.Budgets;

namespace FederatedQuery.Gateway.Access;

/// <summary>What goes on for long on one look at a key: sockets, streams, running statements. They end when the key is revoked, and those without an end of their own when it or the token expires.</summary>
internal sealed class Sessions(TimeProvider time)
{
    /// <summary>What a timer takes.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(45);

    private readonly ConcurrentDictionary<Session, byte> _open = new();

    /// <summary>To be disposed of when it is over.</summary>
    /// <param name="caller">Whose it is.</param>
    /// <param name="isEndless">Ends with the key's or token's time.</param>
    public Session Open(Caller caller, bool isEndless)
    {
        var session = new Session(this, caller);
        _open.TryAdd(session, 0);
        if (isEndless && caller.Expires is { } expires)
        {
            session.EndAfter(expires - time.GetUtcNow(), time);
        }

        return session;
    }

    /// <summary>Ends those of keys that are gone.</summary>
    public void EndKeys(Func<string, bool> isGone)
    {
        foreach (var (session, _) in _open)
        {
            if (session.Caller.KeyId is { } id && isGone(id))
            {
                session.End();
            }
        }
    }

    /// <summary>One of them.</summary>
    internal sealed class Session(Sessions all, Caller caller) : IDisposable
    {
        private readonly CancellationTokenSource _ended = new();
        private ITimer? _timer;

        public Caller Caller => caller;

        /// <summary>Cancelled when it must end.</summary>
        public CancellationToken Ended => _ended.Token;

        public void EndAfter(TimeSpan wait, TimeProvider time)
        {
            var due = wait < TimeSpan.Zero ? TimeSpan.Zero : wait < Longest ? wait : Longest;
            _timer = time.CreateTimer(static state => ((Session)state!).End(), this, due, Timeout.InfiniteTimeSpan);
        }

        public void End()
        {
            // What listens may take its time, and may be disposed of meanwhile.
            if (all._open.ContainsKey(this))
            {
                _ = _ended.CancelAsync();
            }
        }

        public void Dispose()
        {
            all._open.TryRemove(this, out _);
            _timer?.Dispose();
        }
    }
}
