using FederatedQuery.Gateway.Settings;
using FederatedQuery.Testing;

namespace FederatedQuery.Gateway.Tests.Settings;

public class DotEnvFileTests
{
    [Theory]
    [InlineData("PORT=8001", "8001")]
    [InlineData("  PORT = 8001  ", "8001")]
    [InlineData("export PORT=8001", "8001")]
    [InlineData("PORT=\"80 01 # not a comment\"", "80 01 # not a comment")]
    [InlineData("PORT='8001'", "8001")]
    [InlineData("PORT=8001 # the port", "8001")]
    [InlineData("PORT=a#b", "a#b")]
    [InlineData("PORT=a=b", "a=b")]
    [InlineData("PORT=", "")]
    [InlineData("# a comment\n\nPORT=1\r\nPORT=8001", "8001")]
    public void Read_Line_GivesItsValue(string text, string expected)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(".env"), text);

        Assert.Equal(expected, Assert.Single(DotEnvFile.Read(folder.File(".env"))).Value);
    }

    [Fact]
    public void Read_MissingFile_IsEmpty()
    {
        using var folder = new TemporaryFolder();

        Assert.Empty(DotEnvFile.Read(folder.File(".env")));
    }

    [Theory]
    [InlineData("PORT")]
    [InlineData("=8001")]
    public void Read_LineWithoutName_NamesTheLine(string line)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File(".env"), "HOST=::1\n" + line);

        var error = Assert.Throws<FormatException>(() => DotEnvFile.Read(folder.File(".env")));

        Assert.Equal($"{folder.File(".env")}, line 2: expected NAME=value.", error.Message);
    }
}
