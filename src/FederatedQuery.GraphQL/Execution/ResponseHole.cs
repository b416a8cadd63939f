using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>A place in a branch's buffer that is filled from elsewhere: by a field that was resolved later, or by a stream.</summary>
internal sealed class ResponseHole(int position)
{
    public int Position { get; } = position;

    public ResponseBranch? Content { get; set; }

    public IJsonStream? Stream { get; set; }
}
