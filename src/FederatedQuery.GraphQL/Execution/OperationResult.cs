using System.Buffers;
using System.IO.Pipelines;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>The response to one operation (spec section 7.1), written once and then disposed of.</summary>
public sealed class OperationResult : ExecutionResult, IResponsePayload
{
    private readonly ResponseBranch? _data;
    private readonly IReadOnlyDictionary<string, object?>? _extensions;

    internal OperationResult(
        ResponseBranch? data,
        bool hasData,
        IReadOnlyList<GraphQLError> errors,
        IReadOnlyDictionary<string, object?>? extensions)
    {
        _data = data;
        _extensions = extensions;
        HasData = hasData;
        Errors = errors;
    }

    /// <summary>A request error: nothing was executed, and the response has no <c>data</c>.</summary>
    public OperationResult(params IReadOnlyList<GraphQLError> errors)
        : this(null, hasData: false, errors, null)
    {
    }

    /// <summary>Whether the operation was executed; its <c>data</c> may still be null.</summary>
    public bool HasData { get; }

    public IReadOnlyList<GraphQLError> Errors { get; }

    /// <inheritdoc/>
    public Task WriteToAsync(PipeWriter output, CancellationToken cancellationToken) => _data is { } data && IsDataOnly
        ? WriteDataAsync(data, output, cancellationToken)
        : WriteToAsync(output, writeMore: null, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_data is not null)
        {
            await ResultStreams.DisposeAsync(_data);
        }
    }

    /// <summary>Bytes that <see cref="WriteToAsync(PipeWriter, CancellationToken)"/> will write, where that is known before: when all is data and written already.</summary>
    internal int? Length => _data is { } data && IsDataOnly ? DataBegin.Length + data.Output.Length + DataEnd.Length : null;

    private static ReadOnlySpan<byte> DataBegin => "{\"data\":"u8;

    private static ReadOnlySpan<byte> DataEnd => "}"u8;

    private bool IsDataOnly => _data is { HoleCount: 0 } && Errors.Count == 0 && _extensions is not { Count: > 0 };

    /// <param name="output">Where to.</param>
    /// <param name="writeMore">Adds entries at the end, each with a comma before it.</param>
    /// <param name="cancellationToken">The caller's.</param>
    internal async Task WriteToAsync(PipeWriter output, Action<Utf8JsonBuffer>? writeMore, CancellationToken cancellationToken)
    {
        using var buffer = new Utf8JsonBuffer(256);
        buffer.WriteByte((byte)'{');
        if (Errors.Count > 0)
        {
            ErrorWriter.Write(buffer, Errors);
        }

        if (HasData)
        {
            buffer.WriteRaw(Errors.Count > 0 ? ",\"data\":"u8 : "\"data\":"u8);
            output.Write(buffer.WrittenSpan);
            buffer.Truncate(0);
            if (_data is null)
            {
                output.Write("null"u8);
            }
            else
            {
                await BranchWriter.WriteAsync(_data, output, cancellationToken);
            }
        }

        if (_extensions is { Count: > 0 } extensions)
        {
            buffer.WriteRaw(Errors.Count > 0 || HasData ? ",\"extensions\":"u8 : "\"extensions\":"u8);
            JsonValueWriter.Write(buffer, extensions);
        }

        writeMore?.Invoke(buffer);

        buffer.WriteByte((byte)'}');
        output.Write(buffer.WrittenSpan);
        await output.FlushAsync(cancellationToken);
    }

    private static async Task WriteDataAsync(ResponseBranch data, PipeWriter output, CancellationToken cancellationToken)
    {
        output.Write(DataBegin);
        output.Write(data.Output.WrittenSpan);
        output.Write(DataEnd);
        await output.FlushAsync(cancellationToken);
    }
}
