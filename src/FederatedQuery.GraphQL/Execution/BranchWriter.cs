using System.Buffers;
using System.IO.Pipelines;

namespace FederatedQuery.GraphQL.Execution;

/// <summary>Writes a finished branch: its bytes with the holes filled and the nulled ranges replaced.</summary>
internal static class BranchWriter
{
    public static ValueTask WriteAsync(ResponseBranch branch, PipeWriter output, CancellationToken cancellationToken)
    {
        if (branch.HoleCount > 0)
        {
            return WritePartsAsync(branch, output, cancellationToken);
        }

        output.Write(branch.Output.WrittenSpan);
        return ValueTask.CompletedTask;
    }

    private static async ValueTask WritePartsAsync(ResponseBranch branch, PipeWriter output, CancellationToken cancellationToken)
    {
        var nulled = branch.GetNulled();
        var nextNulled = 0;
        var position = 0;
        foreach (var hole in branch.Holes)
        {
            for (; nextNulled < nulled.Count && nulled[nextNulled].Start <= hole.Position; nextNulled++)
            {
                position = WriteNulled(branch, output, position, nulled[nextNulled]);
            }

            // A value that is nothing but a hole begins and ends where its hole is; whatever follows a value comes after a comma or bracket.
            if (nextNulled > 0 && hole.Position <= nulled[nextNulled - 1].End)
            {
                continue;
            }

            output.Write(branch.Output.WrittenSpan[position..hole.Position]);
            position = hole.Position;
            if (hole.Content is { } content)
            {
                await WriteAsync(content, output, cancellationToken);
            }
            else if (hole.Stream is { } stream)
            {
                await stream.WriteToAsync(output, cancellationToken);
            }
        }

        for (; nextNulled < nulled.Count; nextNulled++)
        {
            position = WriteNulled(branch, output, position, nulled[nextNulled]);
        }

        output.Write(branch.Output.WrittenSpan[position..]);
    }

    private static int WriteNulled(ResponseBranch branch, PipeWriter output, int position, NullBoundary boundary)
    {
        output.Write(branch.Output.WrittenSpan[position..boundary.Start]);
        output.Write("null"u8);
        return boundary.End;
    }
}
