using FederatedQuery.Gateway.Typed.Naming;

namespace FederatedQuery.Gateway.Tests.Typed;

public class GraphQLNamesTests
{
    [Theory]
    [InlineData("sales", "sales", "Sales")]
    [InlineData("customer_id", "customerId", "CustomerId")]
    [InlineData("customerId", "customerId", "CustomerId")]
    [InlineData("CustomerID", "customerId", "CustomerId")]
    [InlineData("HTTPServer", "httpServer", "HttpServer")]
    [InlineData("order-lines 2024", "orderLines2024", "OrderLines2024")]
    [InlineData("2024_sales", "_2024Sales", "_2024Sales")]
    [InlineData("__type", "type", "Type")]
    [InlineData("_id", "id", "Id")]
    [InlineData("größe", "grosse", "Grosse")]
    [InlineData("Île-de-France", "ileDeFrance", "IleDeFrance")]
    [InlineData("売上", "u58f2u4e0a", "U58f2u4e0a")]
    [InlineData("🚀", "u1f680", "U1f680")]
    [InlineData("a\"b'c;d", "aBCD", "ABCD")]
    [InlineData("", "unnamed", "Unnamed")]
    [InlineData("---", "unnamed", "Unnamed")]
    [InlineData("\ud800x", "x", "X")]
    public void Names_OfAnything_AreNamesOfGraphQL(string name, string field, string type)
    {
        Assert.Equal(field, GraphQLNames.Field(GraphQLNames.Words(name)));
        Assert.Equal(type, GraphQLNames.Type(GraphQLNames.Words(name)));
    }

    [Theory]
    [InlineData("sales", "sale")]
    [InlineData("Customers", "Customer")]
    [InlineData("categories", "category")]
    [InlineData("addresses", "address")]
    [InlineData("status", "status")]
    [InlineData("statuses", "status")]
    [InlineData("houses", "house")]
    [InlineData("boxes", "box")]
    [InlineData("branches", "branch")]
    [InlineData("heroes", "hero")]
    [InlineData("movies", "movie")]
    [InlineData("analyses", "analysis")]
    [InlineData("databases", "database")]
    [InlineData("purchases", "purchase")]
    [InlineData("people", "person")]
    [InlineData("People", "Person")]
    [InlineData("children", "child")]
    [InlineData("series", "series")]
    [InlineData("data", "data")]
    [InlineData("news", "news")]
    [InlineData("flights", "flight")]
    [InlineData("s", "s")]
    [InlineData("gas", "gas")]
    [InlineData("class", "class")]
    public void Singular_OfWord_IsAsInEnglish(string word, string singular) => Assert.Equal(singular, Singular.Of(word));

    [Fact]
    public void Take_NameIsTaken_IsNumbered()
    {
        var scope = new NameScope("tables");

        Assert.Equal("tables_2", scope.Take("tables"));
        Assert.Equal("tables_3", scope.Take("tables"));
        Assert.Equal("other", scope.Take("tables", "other"));
    }

    [Fact]
    public void Take_OneOfTheFamilyIsTaken_NumbersAll()
    {
        var scope = new NameScope("SaleEdge");

        Assert.Equal("Sale_2", scope.Take(["Sale"], name => [name, name + "Edge"]));
    }
}
