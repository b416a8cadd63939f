using Npgsql;

namespace FederatedQuery.Hot.Scans;

/// <summary>What a read session asks of its snapshot as it is opened.</summary>
/// <param name="Commands">Each with one result.</param>
/// <param name="ReadAsync">Given the place of each command in turn and the reader at its result.</param>
public sealed record SessionQuestions(IReadOnlyList<NpgsqlBatchCommand> Commands, Func<int, NpgsqlDataReader, CancellationToken, Task> ReadAsync)
{
    /// <summary>These and then another one.</summary>
    /// <param name="command">With one result.</param>
    /// <param name="read">Given the reader at its result.</param>
    public SessionQuestions And(NpgsqlBatchCommand command, Func<NpgsqlDataReader, CancellationToken, Task> read)
    {
        var before = Commands.Count;
        return new SessionQuestions(
            [.. Commands, command], (i, reader, cancellationToken) => i < before ? ReadAsync(i, reader, cancellationToken) : read(reader, cancellationToken));
    }
}
