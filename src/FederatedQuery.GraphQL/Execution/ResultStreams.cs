using FederatedQuery.GraphQL.Types.Serialization;

namespace FederatedQuery.GraphQL.Execution;

internal static class ResultStreams
{
    /// <summary>All streams that wait in a branch and the branches in its holes.</summary>
    public static void Collect(ResponseBranch branch, List<IJsonStream> streams)
    {
        if (branch.HoleCount == 0)
        {
            return;
        }

        foreach (var hole in branch.Holes)
        {
            if (hole.Stream is { } stream)
            {
                streams.Add(stream);
            }

            if (hole.Content is { } content)
            {
                Collect(content, streams);
            }
        }
    }

    /// <summary>Gives back a branch that was written or never will be, with its streams.</summary>
    public static async ValueTask DisposeAsync(ResponseBranch branch)
    {
        if (branch.HoleCount > 0)
        {
            var streams = new List<IJsonStream>();
            Collect(branch, streams);
            foreach (var stream in streams)
            {
                await stream.DisposeAsync();
            }
        }

        branch.Dispose();
    }
}
