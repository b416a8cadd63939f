using System.IO.Pipelines;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.Gateway.Resolvers;

/// <summary>
/// Rows that are JSON already, copied to the response in pieces. Aliases of a field share the memory, so the request's end gives it back
/// (<see cref="RequestAnswers"/>), not the end of one field.
/// </summary>
internal sealed class RowsStream(ReadOnlyMemory<byte> rows) : IJsonStream
{
    private const int PieceBytes = 64 * 1024;

    public async Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        for (var rest = rows; rest.Length > 0;)
        {
            var piece = rest[..Math.Min(PieceBytes, rest.Length)];
            await output.WriteAsync(piece, cancellationToken);
            rest = rest[piece.Length..];
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
