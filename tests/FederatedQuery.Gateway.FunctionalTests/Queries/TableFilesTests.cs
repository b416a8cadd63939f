using System.Text.Json;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.FunctionalTests.Queries;

/// <summary>What the dashboard shows of cold tables: their partitions and files, page by page.</summary>
[Collection(DemoCollection.Name)]
public class TableFilesTests(DemoGateway gateway)
{
    [Fact]
    public async Task Files_PageByPage_AreAllOfThemOnceAndThosePartitionsHold()
    {
        var table = await TableAsync("sales", "coldRows coldFiles coldBytes partitions(first: 1000) { nodes { path specId files deleteFiles rows bytes } totalCount pageInfo { hasNextPage } }");
        var partitions = table.GetProperty("partitions").GetProperty("nodes").EnumerateArray().ToList();
        Assert.NotEmpty(partitions);
        Assert.Equal(partitions.Count, table.GetProperty("partitions").GetProperty("totalCount").GetInt32());
        Assert.False(table.GetProperty("partitions").GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean());
        Assert.Equal(table.GetProperty("coldRows").GetInt64(), partitions.Sum(partition => partition.GetProperty("rows").GetInt64()));
        Assert.Equal(table.GetProperty("coldBytes").GetInt64(), partitions.Sum(partition => partition.GetProperty("bytes").GetInt64()));
        // Newest first, by the text of their months.
        var paths = partitions.Select(partition => partition.GetProperty("path").GetString()!).ToList();
        Assert.Equal(paths.OrderByDescending(path => path, StringComparer.Ordinal), paths);

        var files = new List<JsonElement>();
        string? cursor = null;
        do
        {
            var page = (await TableAsync("sales", "files(first: 7, after: $after) { nodes { path partition format rows bytes addedAt } totalCount pageInfo { hasNextPage endCursor } }", cursor)).GetProperty("files");
            Assert.Equal(table.GetProperty("coldFiles").GetInt32(), page.GetProperty("totalCount").GetInt32());
            files.AddRange(page.GetProperty("nodes").EnumerateArray());
            cursor = page.GetProperty("pageInfo").GetProperty("hasNextPage").GetBoolean() ? page.GetProperty("pageInfo").GetProperty("endCursor").GetString() : null;
        }
        while (cursor is not null);

        Assert.Equal(table.GetProperty("coldFiles").GetInt32(), files.Select(file => file.GetProperty("path").GetString()).Distinct().Count());
        Assert.All(files, file => Assert.Equal("parquet", file.GetProperty("format").GetString()));
        Assert.Equal(
            partitions.ToDictionary(partition => partition.GetProperty("path").GetString()!, partition => partition.GetProperty("files").GetInt32()),
            files.CountBy(file => file.GetProperty("partition").GetString()!).ToDictionary());

        var one = (await TableAsync("sales", $"files(partition: \"{paths[^1]}\") {{ nodes {{ partition }} totalCount }}")).GetProperty("files");
        Assert.Equal(partitions[^1].GetProperty("files").GetInt32(), one.GetProperty("totalCount").GetInt32());
        Assert.All(one.GetProperty("nodes").EnumerateArray(), file => Assert.Equal(paths[^1], file.GetProperty("partition").GetString()));
    }

    [Fact]
    public async Task Files_OfAHotTable_AreNone()
    {
        var table = await TableAsync("users", "files { nodes { path } totalCount pageInfo { hasNextPage endCursor } } partitions { totalCount }");

        Assert.Equal(0, table.GetProperty("partitions").GetProperty("totalCount").GetInt32());
        Assert.Empty(table.GetProperty("files").GetProperty("nodes").EnumerateArray());
        Assert.Equal(JsonValueKind.Null, table.GetProperty("files").GetProperty("pageInfo").GetProperty("endCursor").ValueKind);
    }

    [Theory]
    [InlineData("files(after: \"there\") { totalCount }", "`after` is 'there'; it must be the `endCursor` of a page of this field.")]
    [InlineData("partitions(after: \"12345.7\") { totalCount }", "`after` is '12345.7'; it is of snapshot 12345, which the table has no more. Begin again without it.")]
    [InlineData("files(first: 1001) { totalCount }", "`first` is 1001; it must be 0 to 1000.")]
    public async Task Page_ThatCannotBe_IsABadArgument(string field, string message)
    {
        var response = await gateway.Process.QueryAsync($"{{ table(name: \"sales\") {{ {field} }} }}");

        var error = Assert.Single(response.GetProperty("errors").EnumerateArray());
        Assert.Equal(message, error.GetProperty("message").GetString());
        Assert.Equal("BAD_ARGUMENT", error.GetProperty("extensions").GetProperty("code").GetString());
    }

    private async Task<JsonElement> TableAsync(string name, string fields, string? after = null)
    {
        var variables = fields.Contains("$after", StringComparison.Ordinal) ? "query($after: String) " : "";
        return (await gateway.DataAsync($"{variables}{{ table(name: \"{name}\") {{ {fields} }} }}", new { after })).GetProperty("table");
    }
}
