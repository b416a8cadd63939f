using FederatedQuery.Logs.Ingest;
using FederatedQuery.Logs.Tests.Ingest.WriteAhead;
using FederatedQuery.Testing;

namespace FederatedQuery.Logs.Tests.Ingest;

public class RejectedRowsTests
{
    [Fact]
    public void Keep_MoreThanTwoFilesHold_DropsTheOldestAndSaysHowMany()
    {
        using var folder = new TemporaryFolder();
        using var files = new LogFiles();
        var dropped = new List<long>();
        var rejected = new RejectedRows(folder.FullPath) { MaximumBytes = 100, OnDropped = dropped.Add };
        for (var i = 0; i < 4; i++)
        {
            using var rows = files.Rows($"{i}");
            var row = rows.Slice(0, int.MaxValue).Bytes;
            rejected.Keep([(row, "why"), (row, "why"), (row, "why")]);
        }

        Assert.Equal([3, 3], dropped);
        Assert.Equal(2, Directory.GetFiles(folder.FullPath).Length);
        Assert.Contains("\"message\":\"3\"", File.ReadAllLines(rejected.Path)[^1], StringComparison.Ordinal);
    }
}
