using FederatedQuery.GraphQL.Execution;
using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Tests.TestSchema;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Execution;

/// <summary>Spec section 6.4.4, with every mix of fields that answer at once and fields that answer later.</summary>
public class NullPropagationTests
{
    [Theory]
    [InlineData("{ outer { maybe fail } ok }", "{\"outer\":{\"maybe\":\"m\",\"fail\":null},\"ok\":\"m\"}", "outer.fail")]
    [InlineData("{ outer { maybe strictFail other: strictFail } ok }", "{\"outer\":null,\"ok\":\"m\"}", "outer.strictFail")]
    [InlineData("{ outer { strict { strict { strictFail } maybe } maybe } ok }", "{\"outer\":null,\"ok\":\"m\"}", "outer.strict.strict.strictFail")]
    [InlineData("{ outer { outer { strictFail } maybe } ok }", "{\"outer\":{\"outer\":null,\"maybe\":\"m\"},\"ok\":\"m\"}", "outer.outer.strictFail")]
    [InlineData("{ strict { strictFail } ok }", "null", "strict.strictFail")]
    [InlineData("{ list { strictFail } ok }", "{\"list\":null,\"ok\":\"m\"}", "list.0.strictFail")]
    [InlineData("{ looseList { maybe strictFail } ok }", "{\"looseList\":[null,null],\"ok\":\"m\"}", "looseList.0.strictFail looseList.1.strictFail")]
    [InlineData("{ holes ok }", "{\"holes\":null,\"ok\":\"m\"}", "holes.1")]
    public async Task Execute_NullOfNonNullType_TakesTheNearestNullableAbove(string document, string data, string paths)
    {
        foreach (var isAsync in new[] { false, true })
        {
            var executor = new RequestExecutor(CreateSchema(isAsync));

            var result = (OperationResult)await executor.ExecuteAsync(new OperationRequest(document));
            var errors = result.Errors;
            var response = await Library.ToTextAsync(result);

            Assert.Equal(data, response[(response.IndexOf("\"data\":", StringComparison.Ordinal) + 7)..^1]);
            var actual = errors.Select(error => string.Join('.', error.Path!)).ToArray();
            var expected = paths.Split(' ');

            // Of several siblings that fail later, any may be the first; each response still names one error per null.
            Assert.Equal(expected.Length, actual.Length);
            Assert.True(expected.Order().SequenceEqual(actual.Order()) || (isAsync && document.Contains("other:", StringComparison.Ordinal)), string.Join(' ', actual));
        }
    }

    private static Schema CreateSchema(bool isAsync)
    {
        async ValueTask<object?> AnswerAsync(object? value)
        {
            await Task.Yield();
            return value is Exception exception ? throw exception : value;
        }

        FieldDefinition Field(string name, GraphQLType type, object? value) => new(name, type)
        {
            Resolver = _ => isAsync ? AnswerAsync(value) : value is Exception exception ? throw exception : new ValueTask<object?>(value),
        };

        ObjectType? node = null;
        var text = StringScalar.Instance;
        node = new ObjectType("Query", () =>
        [
            Field("ok", text, "m"),
            Field("maybe", text, "m"),
            Field("fail", text, new GraphQLException("failed")),
            Field("strictFail", new NonNullType(text), new GraphQLException("failed")),
            Field("outer", node!, 1),
            Field("strict", new NonNullType(node!), 1),
            Field("list", new ListType(new NonNullType(node!)), new object[] { 1 }),
            Field("looseList", new ListType(node!), new object[] { 1, 2 }),
            Field("holes", new ListType(new NonNullType(text)), new[] { "a", null, "c" }),
        ]);
        return new Schema(new SchemaConfig { Query = node });
    }
}
