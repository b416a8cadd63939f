namespace FederatedQuery.Hot.Statements;

/// <summary>
/// Splits a statement as PostgreSQL's own lexer does (manual, section 4.1), so that nothing hides in a comment or a constant: nested
/// comments, <c>E''</c>, <c>U&amp;''</c>, <c>B''</c>, <c>X''</c>, <c>N''</c>, dollar quoting, delimited identifiers.
/// </summary>
internal sealed class PostgresLexer
{
    private readonly string _sql;
    private int _at;

    private PostgresLexer(string sql) => _sql = sql;

    /// <exception cref="HotException">Of kind <see cref="HotErrorKind.Syntax"/>: a quote or comment that does not end, a character that has no place.</exception>
    public static List<PostgresToken> Read(string sql)
    {
        var lexer = new PostgresLexer(sql);
        var tokens = new List<PostgresToken>();
        while (lexer.Next() is { } token)
        {
            // Constants on consecutive lines are one constant, read in the first one's way: behind E'' the next line has escapes too.
            if (token.IsValue && tokens.Count > 0 && tokens[^1].IsValue)
            {
                throw Fail(token.Start, "a constant follows another; write them as one, or put || between them");
            }

            tokens.Add(token);
        }

        return tokens;
    }

    private PostgresToken? Next()
    {
        SkipSpaceAndComments();
        if (_at >= _sql.Length)
        {
            return null;
        }

        var start = _at;
        var current = _sql[_at];
        switch (current)
        {
            case '\'':
                return Quoted(start, escapes: false);
            case '"':
                return QuotedName(start);
            case '$' when char.IsAsciiDigit(Peek(1)):
                _at++;
                return new PostgresToken(PostgresTokenKind.Parameter, start, SkipWhile(char.IsAsciiDigit) + 1, _sql[(start + 1).._at]);
            case '$':
                return DollarQuoted(start);
            case '\0':
                throw Fail(start, "U+0000 is not a character of SQL");
        }

        if (char.IsAsciiDigit(current) || (current == '.' && char.IsAsciiDigit(Peek(1))))
        {
            return Number(start);
        }

        if (IsNameStart(current))
        {
            return PrefixedText(start) ?? Word(start);
        }

        _at++;
        return new PostgresToken(PostgresTokenKind.Symbol, start, 1, current.ToString());
    }

    private void SkipSpaceAndComments()
    {
        while (_at < _sql.Length)
        {
            // No other white space: U+00A0 and its like are letters of names to PostgreSQL.
            if (_sql[_at] is ' ' or '\t' or '\n' or '\r' or '\f' or '\v')
            {
                _at++;
            }
            else if (_sql[_at] == '-' && Peek(1) == '-')
            {
                _ = SkipWhile(character => character is not ('\n' or '\r'));
            }
            else if (_sql[_at] == '/' && Peek(1) == '*')
            {
                SkipComment();
            }
            else
            {
                return;
            }
        }
    }

    /// <summary>Comments in C style nest.</summary>
    private void SkipComment()
    {
        var start = _at;
        var depth = 0;
        do
        {
            if (_at + 1 >= _sql.Length)
            {
                throw Fail(start, "the comment has no end");
            }

            var step = 1;
            if (_sql[_at] == '/' && _sql[_at + 1] == '*')
            {
                (depth, step) = (depth + 1, 2);
            }
            else if (_sql[_at] == '*' && _sql[_at + 1] == '/')
            {
                (depth, step) = (depth - 1, 2);
            }

            _at += step;
        }
        while (depth > 0);
    }

    /// <summary>A constant with a letter before its quote: E'' alone has backslash escapes.</summary>
    private PostgresToken? PrefixedText(int start)
    {
        var prefix = char.ToLowerInvariant(_sql[start]);
        if (prefix is 'e' or 'b' or 'x' or 'n' && Peek(1) == '\'')
        {
            _at++;
            return Quoted(start, escapes: prefix == 'e');
        }

        if (prefix == 'u' && Peek(1) == '&' && Peek(2) is '\'' or '"')
        {
            // The name behind U&"..." depends on its escapes: refusing it is simpler than a second way to write every name.
            throw Fail(start, "U& constants and names are not available; write the characters themselves or E'\\uXXXX'");
        }

        return null;
    }

    private PostgresToken Quoted(int start, bool escapes)
    {
        _at++;
        while (_at < _sql.Length)
        {
            var current = _sql[_at];
            if (escapes && current == '\\')
            {
                _at += 2;
            }
            else if (current == '\'' && Peek(1) == '\'')
            {
                _at += 2;
            }
            else if (current == '\'')
            {
                _at++;
                return new PostgresToken(PostgresTokenKind.Text, start, _at - start, "");
            }
            else
            {
                _at++;
            }
        }

        throw Fail(start, "the text has no closing quote");
    }

    private PostgresToken QuotedName(int start)
    {
        var end = start + 1;
        while (end < _sql.Length)
        {
            if (_sql[end] != '"')
            {
                end++;
            }
            else if (end + 1 < _sql.Length && _sql[end + 1] == '"')
            {
                end += 2;
            }
            else
            {
                _at = end + 1;
                return new PostgresToken(
                    PostgresTokenKind.QuotedName, start, _at - start, _sql[(start + 1)..end].Replace("\"\"", "\"", StringComparison.Ordinal));
            }
        }

        throw Fail(start, "the quoted name has no closing quote");
    }

    private PostgresToken DollarQuoted(int start)
    {
        var tagEnd = start + 1;
        while (tagEnd < _sql.Length && IsNamePart(_sql[tagEnd]) && _sql[tagEnd] != '$')
        {
            tagEnd++;
        }

        if (tagEnd >= _sql.Length || _sql[tagEnd] != '$')
        {
            throw Fail(start, "'$' begins neither a parameter ($1) nor a dollar-quoted text ($$...$$)");
        }

        var tag = _sql[start..(tagEnd + 1)];
        var end = _sql.IndexOf(tag, tagEnd + 1, StringComparison.Ordinal);
        if (end < 0)
        {
            throw Fail(start, $"the text that begins with {tag} has no end");
        }

        _at = end + tag.Length;
        return new PostgresToken(PostgresTokenKind.Text, start, _at - start, "");
    }

    private PostgresToken Number(int start)
    {
        // Letters of exponents and 0x forms belong to the number; PostgreSQL itself says what is wrong with a bad one.
        _ = SkipWhile(character => char.IsAsciiLetterOrDigit(character) || character is '.' or '_');
        if (Peek(0) is '\'' or '"' or '$' or >= '\x80')
        {
            throw Fail(start, $"the number {_sql[start.._at]} runs into what follows it; put a space between them");
        }

        return new PostgresToken(PostgresTokenKind.Number, start, _at - start, _sql[start.._at]);
    }

    private PostgresToken Word(int start)
    {
        _ = SkipWhile(IsNamePart);
        return new PostgresToken(PostgresTokenKind.Word, start, _at - start, _sql[start.._at].ToLowerInvariant());
    }

    private int SkipWhile(Func<char, bool> belongs)
    {
        var start = _at;
        while (_at < _sql.Length && belongs(_sql[_at]))
        {
            _at++;
        }

        return _at - start;
    }

    private char Peek(int ahead) => _at + ahead < _sql.Length ? _sql[_at + ahead] : '\0';

    private static bool IsNameStart(char character) => char.IsAsciiLetter(character) || character == '_' || character >= 0x80;

    private static bool IsNamePart(char character) => IsNameStart(character) || char.IsAsciiDigit(character) || character == '$';

    private static HotException Fail(int position, string what) =>
        new(HotErrorKind.Syntax, $"The statement cannot be read: {what}.") { Position = position };
}
