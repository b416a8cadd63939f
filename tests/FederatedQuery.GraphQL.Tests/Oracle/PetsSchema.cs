namespace FederatedQuery.GraphQL.Tests.Oracle;

/// <summary>A schema with every kind of type, for documents that graphql-js judges too.</summary>
internal static class PetsSchema
{
    public const string Sdl = """
        directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
        directive @stream(initialCount: Int! = 0, if: Boolean! = true, label: String) on FIELD
        directive @onQuery on QUERY
        directive @onMutation on MUTATION
        directive @onSubscription on SUBSCRIPTION
        directive @onField on FIELD
        directive @onFragment on FRAGMENT_DEFINITION
        directive @onSpread on FRAGMENT_SPREAD
        directive @onInline on INLINE_FRAGMENT
        directive @onVariable on VARIABLE_DEFINITION
        directive @many(n: Int) repeatable on FIELD | QUERY
        directive @needs(of: Int!, or: Int! = 1) on FIELD

        interface Being { name(surname: Boolean): String }
        interface Mammal { mother: Mammal father: Mammal }
        interface Pet implements Being { name(surname: Boolean): String }
        interface Canine implements Mammal & Being { name(surname: Boolean): String mother: Canine father: Canine }

        enum DogCommand { SIT HEEL DOWN }
        enum FurColor { BROWN BLACK TAN SPOTTED NO_FUR UNKNOWN }

        type Dog implements Being & Pet & Mammal & Canine {
          name(surname: Boolean): String
          nickname: String
          barkVolume: Int
          barks: Boolean
          doesKnowCommand(dogCommand: DogCommand): Boolean
          isHouseTrained(atOtherHomes: Boolean = true): Boolean
          isAtLocation(x: Int, y: Int): Boolean
          mother: Dog
          father: Dog
        }
        type Cat implements Being & Pet {
          name(surname: Boolean): String
          nickname: String
          meows: Boolean
          meowsVolume: Int
          furColor: FurColor
        }
        union CatOrDog = Cat | Dog
        type Human { name(surname: Boolean): String pets: [Pet] relatives: [Human]! iq: Int }
        type Alien { name: String numEyes: Int iq: String! }
        union HumanOrAlien = Human | Alien
        union DogOrHuman = Dog | Human

        scalar Any
        input Complex {
          requiredField: Boolean!
          nonNullField: Boolean! = false
          intField: Int
          stringField: String
          booleanField: Boolean
          stringListField: [String]
          nested: Complex
        }
        input One @oneOf { a: Int b: String c: Complex }

        type ComplicatedArgs {
          intArg(intArg: Int): String
          nonNullInt(nonNullInt: Int!): String
          stringArg(stringArg: String): String
          booleanArg(booleanArg: Boolean): String
          enumArg(enumArg: FurColor): String
          floatArg(floatArg: Float): String
          idArg(idArg: ID): String
          anyArg(anyArg: Any): String
          stringListArg(stringListArg: [String]): String
          stringListNonNull(stringListNonNull: [String!]): String
          nestedList(nestedList: [[Int]]): String
          complexArg(complexArg: Complex): String
          complexListArg(complexListArg: [Complex!]): String
          oneOf(oneOf: One): String
          multipleReqs(req1: Int!, req2: Int!): String
          nonNullWithDefault(arg: Int! = 0): String
          multipleOpts(opt1: Int = 0, opt2: Int = 0): String
          mixed(req1: Int!, req2: Int!, opt1: Int = 0, opt2: Int = 0): String
        }

        type Query {
          human(id: ID): Human
          dog: Dog
          cat: Cat
          pet: Pet
          being: Being
          canine: Canine
          catOrDog: CatOrDog
          dogOrHuman: DogOrHuman
          humanOrAlien: HumanOrAlien
          complicatedArgs: ComplicatedArgs
        }
        type Mutation { rename(name: String!): Human }
        type Subscription { petBorn: Pet count(to: Int): Int }
        """;
}
