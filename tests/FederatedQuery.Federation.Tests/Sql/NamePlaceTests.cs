using FederatedQuery.Federation.Sql;

namespace FederatedQuery.Federation.Tests.Sql;

public class NamePlaceTests
{
    private const string Missing = "Binder Error: Referenced column \"nothing\" not found in FROM clause!\nCandidate bindings: \"amount\"";

    [Theory]
    [InlineData("SELECT nothing FROM sales", 7)]
    [InlineData("SELECT region,\n Nothing FROM sales GROUP BY region, nothing", 16)]
    [InlineData("SELECT 'nothing', /* nothing */ \"nothing\" -- nothing\nFROM sales", 32)]
    [InlineData("SELECT s.nothing FROM sales s", 9)]
    [InlineData("SELECT nothings FROM (SELECT amount FROM sales WHERE nothing > 1)", 53)]
    [InlineData("SELECT nothing FROM users UNION ALL SELECT nothing FROM sales", null)]
    [InlineData("SELECT COLUMNS('not.*') FROM sales", null)]
    public void Find_NameThatIsMissing_IsItsPlaceWhereThatIsCertain(string sql, int? expected) => Assert.Equal(expected, NamePlace.Find(sql, Missing));

    [Fact]
    public void Find_OtherMessages_NameWhatTheyAreAbout()
    {
        Assert.Equal(9, NamePlace.Find("SELECT s.nothing FROM sales s", "Binder Error: Table \"s\" does not have a column named \"nothing\"\n\nCandidate bindings: : \"amount\""));
        Assert.Null(NamePlace.Find("SELECT amount FROM sales", "Conversion Error: Could not convert string 'x' to DOUBLE"));
    }
}
