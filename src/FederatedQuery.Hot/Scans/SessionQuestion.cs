using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>A <see cref="SessionQuestion{T}"/>, whatever its answer is.</summary>
public abstract class SessionQuestion
{
    /// <summary>Asks it behind others.</summary>
    public abstract SessionQuestions AddTo(SessionQuestions questions);
}

/// <summary>One thing that is asked of a snapshot as its session is opened, rather than by a round trip of its own. Not thread-safe.</summary>
/// <param name="command">Makes the command, which has one result; once for each attempt to open a session.</param>
/// <param name="read">Reads the answer from its result.</param>
public sealed class SessionQuestion<T>(Func<NpgsqlBatchCommand> command, Func<NpgsqlDataReader, CancellationToken, Task<T>> read) : SessionQuestion
{
    private (bool IsKnown, T Value) _answer;

    /// <summary>The answer of the session that was opened.</summary>
    public T Answer => _answer.IsKnown ? _answer.Value : throw new InvalidOperationException("The session has not been opened.");

    public override SessionQuestions AddTo(SessionQuestions questions) =>
        questions.And(command(), async (reader, cancellationToken) => _answer = (true, await read(reader, cancellationToken)));
}
