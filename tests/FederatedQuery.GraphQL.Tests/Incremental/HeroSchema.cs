using FederatedQuery.GraphQL.Language;
using FederatedQuery.GraphQL.Types;
using FederatedQuery.GraphQL.Types.Scalars;

namespace FederatedQuery.GraphQL.Tests.Incremental;

/// <summary>
/// Heroes without end: the friends of hero n are 10n+1 to 10n+3. Fields answer at once or later, fail or do not, lists come at once or item by
/// item. <c>tests/npm/incremental.js</c> has the same schema.
/// </summary>
internal static class HeroSchema
{
    public static Schema Schema { get; } = Create();

    /// <summary>What fields of type Hero resolve to.</summary>
    public static object First { get; } = new Hero(1);

    private static Schema Create()
    {
        var text = StringScalar.Instance;
        var named = new InterfaceType("Being", () => [new FieldDefinition("id", IdScalar.Instance), new FieldDefinition("name", text)])
        {
            ResolveType = value => ((Hero)value).Id % 2 == 0 ? "Droid" : "Hero",
        };
        ObjectType? hero = null;
        var droid = new ObjectType("Droid", () => Fields(hero!, named), () => [named]);
        hero = new ObjectType("Hero", () => Fields(hero!, named), () => [named]);
        return new Schema(new SchemaConfig
        {
            Query = new ObjectType("Query", () => Fields(hero, named)),
            Mutation = new ObjectType("Mutation", () => [new FieldDefinition("make", hero) { Resolver = _ => new(new Hero(1)) }]),
            Types = [droid],
            Directives = IncrementalDirectives.All,
        });
    }

    private static FieldDefinition[] Fields(ObjectType hero, InterfaceType named)
    {
        var text = StringScalar.Instance;
        var heroes = new ListType(hero);
        return
        [
            Field("id", IdScalar.Instance, self => $"{self.Id}"),
            Field("name", text, self => $"hero {self.Id}"),
            Slow("slowName", text, self => $"slow hero {self.Id}"),
            Field("fail", text, _ => throw new GraphQLException("failed")),
            Slow("slowFail", text, _ => throw new GraphQLException("failed slowly")),
            Field("strictFail", new NonNullType(text), _ => throw new GraphQLException("failed strictly")),
            Slow("slowStrictFail", new NonNullType(text), _ => throw new GraphQLException("failed strictly and slowly")),
            Field("self", hero, self => self),
            Field("strictSelf", new NonNullType(hero), self => self),
            Slow("slowSelf", hero, self => self),
            Slow("slowStrictSelf", new NonNullType(hero), self => self),
            Field("noSelf", hero, _ => null),
            Field("friends", heroes, Friends),
            Field("strictFriends", new NonNullType(new ListType(new NonNullType(hero))), Friends),
            Slow("slowFriends", heroes, Friends),
            Field("asyncFriends", heroes, self => FriendsAsync(self)),
            Field("asyncStrictFriends", new ListType(new NonNullType(hero)), self => FriendsAsync(self)),
            Field("brokenFriends", heroes, self => BrokenFriendsAsync(self)),
            Field("named", new ListType(named), Friends),
            Field("numbers", new ListType(IntScalar.Instance), _ => new object[] { 1, 2, 3, 4 }),
            Field("ticks", new ListType(IntScalar.Instance), _ => TicksAsync()),
            Field("matrix", new ListType(new ListType(IntScalar.Instance)), _ => new[] { new object[] { 1, 2 }, [3], [] }),
            Field("holes", new ListType(new NonNullType(text)), _ => new[] { "a", null, "c" }),
            Field("looseHoles", new ListType(text), _ => new[] { "a", null, "c" }),
            Field("asyncHoles", new ListType(new NonNullType(text)), _ => HolesAsync()),
            Field("noList", new ListType(text), _ => 5),
            Field("empty", heroes, _ => Array.Empty<Hero>()),
        ];
    }

    private static FieldDefinition Field(string name, GraphQLType type, Func<Hero, object?> value) => new(name, type)
    {
        Resolver = context => new(value(context.Parent<object?>() as Hero ?? new Hero(1))),
    };

    private static FieldDefinition Slow(string name, GraphQLType type, Func<Hero, object?> value) => new(name, type)
    {
        Resolver = async context =>
        {
            await Task.Yield();
            return value(context.Parent<object?>() as Hero ?? new Hero(1));
        },
    };

    private static Hero[] Friends(Hero hero) => [new Hero((hero.Id * 10) + 1), new Hero((hero.Id * 10) + 2), new Hero((hero.Id * 10) + 3)];

    private static async IAsyncEnumerable<Hero> FriendsAsync(Hero hero)
    {
        foreach (var friend in Friends(hero))
        {
            await Task.Yield();
            yield return friend;
        }
    }

    private static async IAsyncEnumerable<Hero> BrokenFriendsAsync(Hero hero)
    {
        foreach (var friend in Friends(hero).Take(2))
        {
            await Task.Yield();
            yield return friend;
        }

        throw new GraphQLException("broken");
    }

    private static async IAsyncEnumerable<int> TicksAsync()
    {
        for (var i = 1; i <= 4; i++)
        {
            await Task.Yield();
            yield return i;
        }
    }

    private static async IAsyncEnumerable<string?> HolesAsync()
    {
        yield return "a";
        await Task.Yield();
        yield return null;
        yield return "c";
    }

    private sealed record Hero(long Id);
}
