namespace FederatedQuery.Testing.S3;

/// <summary>What can go wrong between a client and a server.</summary>
public enum Fault
{
    None,

    /// <summary>500 InternalError; the server is not asked.</summary>
    InternalError,

    /// <summary>503 SlowDown; the server is not asked.</summary>
    SlowDown,

    /// <summary>The connection is cut; the server is not asked.</summary>
    CutBefore,

    /// <summary>The server does what is asked, then the connection is cut without an answer.</summary>
    LostAnswer,

    /// <summary>The connection is cut half way through the body of the answer. Answers without a body pass.</summary>
    CutBody,

    /// <summary>The answer is well-formed, with a Content-Length that fits, but holds half of the body. Answers without a body pass.</summary>
    TruncatedBody,
}

/// <summary>Shares of requests, 0 to 1, that each fault befalls; together at most 1.</summary>
public sealed record FaultRates
{
    public static FaultRates None { get; } = new();

    public double InternalError { get; init; }

    public double SlowDown { get; init; }

    public double CutBefore { get; init; }

    public double LostAnswer { get; init; }

    public double CutBody { get; init; }

    public double TruncatedBody { get; init; }

    /// <summary>Every request waits up to this long, at random, before the server is asked.</summary>
    public TimeSpan Latency { get; init; }

    internal Fault Pick(double random)
    {
        (Fault Fault, double Rate)[] faults =
        [
            (Fault.InternalError, InternalError), (Fault.SlowDown, SlowDown), (Fault.CutBefore, CutBefore),
            (Fault.LostAnswer, LostAnswer), (Fault.CutBody, CutBody), (Fault.TruncatedBody, TruncatedBody),
        ];
        foreach (var (fault, rate) in faults)
        {
            if (random < rate)
            {
                return fault;
            }

            random -= rate;
        }

        return Fault.None;
    }
}
