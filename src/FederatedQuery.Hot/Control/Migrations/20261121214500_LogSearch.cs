using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace FederatedQuery.Hot.Control.Migrations;

/// <summary>What indexes of words are on. Indexes hold its results: it may be replaced only by one that gives the same.</summary>
[DbContext(typeof(ControlDbContext))]
[Migration("20261121214500_LogSearch")]
public sealed class LogSearch : Migration
{
    /// <summary>
    /// Runs of ASCII letters, digits and _ in lower case; what else is in a word is not indexed. Never fails: long texts and words go another way, and of a text
    /// beyond 200,000 characters the rest is stood for by the lexeme *.
    /// </summary>
    internal const string CreateWords =
        """
        CREATE FUNCTION federated_query.words(message text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
        BEGIN
          IF octet_length(message) <= 2000 THEN
            RETURN regexp_replace(lower(message COLLATE "C"), '[^a-z0-9_]+', ' ', 'g')::tsvector;
          END IF;
          RETURN array_to_tsvector(
            ARRAY(SELECT DISTINCT left(word, 2000)
                  FROM unnest(string_to_array(regexp_replace(lower(left(message, 200000) COLLATE "C"), '[^a-z0-9_]+', ' ', 'g'), ' ')) word WHERE word <> '')
            || CASE WHEN octet_length(message) > 200000 THEN ARRAY['*'] ELSE '{}' END);
        END $$;
        """;

    /// <inheritdoc />
    protected override void Up(MigrationBuilder migrationBuilder) => migrationBuilder.Sql(CreateWords);

    /// <inheritdoc />
    protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("DROP FUNCTION federated_query.words(text) CASCADE;");
}
