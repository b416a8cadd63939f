namespace FederatedQuery.GraphQL.Execution;

/// <summary>Gives back branches that were written or never will be, with the streams in them. For when nothing runs any more.</summary>
internal static class ResultStreams
{
    public static async ValueTask DisposeAsync(ResponseBranch branch)
    {
        if (branch.HoleCount > 0)
        {
            foreach (var hole in branch.Holes)
            {
                await DisposeAsync(hole);
            }
        }

        branch.Dispose();
    }

    public static async ValueTask DisposeAsync(ResponseHole hole)
    {
        if (hole.Stream is { } stream)
        {
            await stream.DisposeAsync();
        }

        if (hole.Content is { } content)
        {
            await DisposeAsync(content);
        }
    }
}
