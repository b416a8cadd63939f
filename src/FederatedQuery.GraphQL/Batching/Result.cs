using System.Diagnostics.CodeAnalysis;

namespace FederatedQuery.GraphQL.Batching;

/// <summary>What a fetch found for one key: a value, an error, or (the default) nothing.</summary>
public readonly struct Result<TValue>
{
    private Result(TValue? value, Exception? error)
    {
        Value = value;
        Error = error;
        IsDefined = true;
    }

    /// <summary>False: the source has no such key.</summary>
    public bool IsDefined { get; }

    public TValue? Value { get; }

    /// <summary>Fails this key alone.</summary>
    public Exception? Error { get; }

    public static implicit operator Result<TValue>(TValue? value) => Resolve(value);

    public static implicit operator Result<TValue>(Exception error) => Reject(error);

    [SuppressMessage("Design", "CA1000", Justification = "The names of GreenDonut.")]
    public static Result<TValue> Resolve(TValue? value) => new(value, null);

    [SuppressMessage("Design", "CA1000", Justification = "The names of GreenDonut.")]
    public static Result<TValue> Reject(Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        return new Result<TValue>(default, error);
    }
}
