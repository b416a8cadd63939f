using System.Text.Json;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Types;

public class JsonScalarTests
{
    /// <summary>Deeper than what <see cref="JsonElement"/> reads unless told to.</summary>
    [Fact]
    public void TryParseLiteral_NestedDeep_IsThatJson()
    {
        var text = new string('[', 150) + new string(']', 150);

        Assert.True(JsonScalar.Instance.TryParseLiteral(Utf8Parser.ParseConstValue(text), out var value, out _));
        Assert.Equal(text, ((JsonElement)value).GetRawText());
    }
}
