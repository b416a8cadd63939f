using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace FederatedQuery.GraphQL.Language;

/// <summary>
/// Cuts UTF-8 bytes into tokens, in place. A copy of the struct is a lookahead. The bytes must be valid UTF-8 (the parser checks it once).
/// </summary>
internal ref struct Utf8Lexer
{
    private static readonly SearchValues<byte> NameBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"u8);

    private static readonly SearchValues<byte> StringStops = SearchValues.Create("\"\\\n\r"u8);
    private static readonly SearchValues<byte> BlockStringStops = SearchValues.Create("\"\\"u8);
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\n\r"u8);

    private readonly ReadOnlySpan<byte> _source;
    private readonly int _maxTokens;
    private int _tokens;
    private int _position;

    public Utf8Lexer(ReadOnlySpan<byte> source, int maxTokens)
    {
        _source = source;
        _maxTokens = maxTokens;
        // A byte order mark is ignored anywhere between tokens; at the start it is the usual place.
        Kind = TokenKind.StartOfFile;
    }

    public TokenKind Kind { get; private set; }

    /// <summary>Offset of the token's first byte.</summary>
    public int Start { get; private set; }

    /// <summary>Offset after the token's last byte.</summary>
    public int End { get; private set; }

    /// <summary>The token's bytes: for strings, what stands between the quotes, undecoded.</summary>
    public readonly ReadOnlySpan<byte> Value => Kind switch
    {
        TokenKind.String => _source[(Start + 1)..(End - 1)],
        TokenKind.BlockString => _source[(Start + 3)..(End - 3)],
        _ => _source[Start..End],
    };

    /// <summary>Whether the string token at hand has a backslash.</summary>
    public bool HasEscapes { get; private set; }

    /// <summary>The source from that offset on.</summary>
    public readonly ReadOnlySpan<byte> From(int offset) => _source[offset..];

    public void Advance()
    {
        SkipIgnored();
        Start = _position;
        if (_position >= _source.Length)
        {
            Kind = TokenKind.EndOfFile;
            End = _position;
            return;
        }

        if (++_tokens > _maxTokens)
        {
            throw new GraphQLSyntaxException(
                $"Syntax Error: Document contains more than {_maxTokens.ToString(CultureInfo.InvariantCulture)} tokens. Parsing aborted.",
                LocationOf(_position),
                ErrorCodes.TooManyTokens);
        }

        var code = _source[_position];
        switch (code)
        {
            case (byte)'!': Punctuator(TokenKind.Bang, 1); break;
            case (byte)'$': Punctuator(TokenKind.Dollar, 1); break;
            case (byte)'&': Punctuator(TokenKind.Ampersand, 1); break;
            case (byte)'(': Punctuator(TokenKind.ParenthesisLeft, 1); break;
            case (byte)')': Punctuator(TokenKind.ParenthesisRight, 1); break;
            case (byte)':': Punctuator(TokenKind.Colon, 1); break;
            case (byte)'=': Punctuator(TokenKind.EqualsSign, 1); break;
            case (byte)'@': Punctuator(TokenKind.At, 1); break;
            case (byte)'[': Punctuator(TokenKind.BracketLeft, 1); break;
            case (byte)']': Punctuator(TokenKind.BracketRight, 1); break;
            case (byte)'{': Punctuator(TokenKind.BraceLeft, 1); break;
            case (byte)'|': Punctuator(TokenKind.Pipe, 1); break;
            case (byte)'}': Punctuator(TokenKind.BraceRight, 1); break;
            case (byte)'.' when _source[_position..].StartsWith("..."u8): Punctuator(TokenKind.Spread, 3); break;
            case (byte)'"':
                if (_source[_position..].StartsWith("\"\"\""u8))
                {
                    ReadBlockString();
                }
                else
                {
                    ReadString();
                }

                break;
            default:
                if (IsDigit(code) || code == '-')
                {
                    ReadNumber();
                }
                else if (IsNameStart(code))
                {
                    var rest = _source[_position..].IndexOfAnyExcept(NameBytes);
                    Punctuator(TokenKind.Name, rest < 0 ? _source.Length - _position : rest);
                }
                else if (code == '\'')
                {
                    Throw(_position, "Unexpected single quote character ('), did you mean to use a double quote (\")?");
                }
                else if (code == '.')
                {
                    ThrowDot();
                }
                else
                {
                    Throw(_position, $"Unexpected character: {PrintCharacterAt(_position)}.");
                }

                break;
        }
    }

    public readonly SourceLocation LocationOf(int offset) => SourceText.GetLocation(_source, offset);

    [DoesNotReturn]
    public readonly void Throw(int offset, string message) => throw new GraphQLSyntaxException("Syntax Error: " + message, LocationOf(offset));

    /// <summary>The token as error messages name it: <c>Name "foo"</c>, <c>"{"</c>, <c>&lt;EOF&gt;</c>.</summary>
    /// <exception cref="GraphQLSyntaxException">The token is a string with a wrong escape: then that is the error.</exception>
    public readonly string Describe() => Kind switch
    {
        TokenKind.Name or TokenKind.Int or TokenKind.Float => $"{Describe(Kind)} \"{Encoding.UTF8.GetString(Value)}\"",
        TokenKind.String => $"String \"{StringValue.Decode(in this)}\"",
        TokenKind.BlockString => $"BlockString \"{StringValue.DecodeBlock(in this)}\"",
        _ => Describe(Kind),
    };

    public static string Describe(TokenKind kind) => kind switch
    {
        TokenKind.StartOfFile => "<SOF>",
        TokenKind.EndOfFile => "<EOF>",
        TokenKind.Bang => "\"!\"",
        TokenKind.Dollar => "\"$\"",
        TokenKind.Ampersand => "\"&\"",
        TokenKind.ParenthesisLeft => "\"(\"",
        TokenKind.ParenthesisRight => "\")\"",
        TokenKind.Spread => "\"...\"",
        TokenKind.Colon => "\":\"",
        TokenKind.EqualsSign => "\"=\"",
        TokenKind.At => "\"@\"",
        TokenKind.BracketLeft => "\"[\"",
        TokenKind.BracketRight => "\"]\"",
        TokenKind.BraceLeft => "\"{\"",
        TokenKind.Pipe => "\"|\"",
        TokenKind.BraceRight => "\"}\"",
        _ => kind.ToString(),
    };

    private static bool IsDigit(byte code) => (uint)(code - '0') <= 9;

    private static bool IsNameStart(byte code) => (uint)((code | 0x20) - 'a') <= 'z' - 'a' || code == '_';

    private void Punctuator(TokenKind kind, int length)
    {
        Kind = kind;
        _position += length;
        End = _position;
    }

    private void SkipIgnored()
    {
        while (_position < _source.Length)
        {
            switch (_source[_position])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\n' or (byte)'\r' or (byte)',':
                    _position++;
                    break;
                case (byte)'#':
                    var end = _source[_position..].IndexOfAny(LineEnds);
                    _position = end < 0 ? _source.Length : _position + end;
                    break;
                case 0xEF when _source[_position..].StartsWith("\uFEFF"u8):
                    _position += 3;
                    break;
                default:
                    return;
            }
        }
    }

    private void ReadNumber()
    {
        var position = _position;
        var isFloat = false;
        if (_source[position] == '-')
        {
            position++;
        }

        if (ByteAt(position) == '0')
        {
            position++;
            if (IsDigit(ByteAt(position)))
            {
                Throw(position, $"Invalid number, unexpected digit after 0: {PrintCharacterAt(position)}.");
            }
        }
        else
        {
            position = ReadDigits(position);
        }

        if (ByteAt(position) == '.')
        {
            isFloat = true;
            position = ReadDigits(position + 1);
        }

        if ((ByteAt(position) | 0x20) == 'e')
        {
            isFloat = true;
            position++;
            if (ByteAt(position) is (byte)'+' or (byte)'-')
            {
                position++;
            }

            position = ReadDigits(position);
        }

        if (ByteAt(position) == '.' || IsNameStart(ByteAt(position)))
        {
            Throw(position, $"Invalid number, expected digit but got: {PrintCharacterAt(position)}.");
        }

        Kind = isFloat ? TokenKind.Float : TokenKind.Int;
        _position = End = position;
    }

    private readonly int ReadDigits(int position)
    {
        if (!IsDigit(ByteAt(position)))
        {
            Throw(position, $"Invalid number, expected digit but got: {PrintCharacterAt(position)}.");
        }

        while (IsDigit(ByteAt(position)))
        {
            position++;
        }

        return position;
    }

    private void ReadString()
    {
        HasEscapes = false;
        var position = _position + 1;
        while (true)
        {
            var stop = _source[position..].IndexOfAny(StringStops);
            if (stop < 0)
            {
                ThrowUnterminated(_source.Length);
            }

            position += stop;
            switch (_source[position])
            {
                case (byte)'"':
                    Kind = TokenKind.String;
                    _position = End = position + 1;
                    return;
                case (byte)'\\':
                    HasEscapes = true;
                    position += 1 + (position + 1 < _source.Length && _source[position + 1] is (byte)'"' or (byte)'\\' ? 1 : 0);
                    break;
                default:
                    ThrowUnterminated(position);
                    break;
            }
        }
    }

    /// <summary>A wrong escape comes before the end that is missing.</summary>
    [DoesNotReturn]
    private readonly void ThrowUnterminated(int end)
    {
        StringValue.CheckEscapes(in this, _position + 1, end);
        Throw(end, "Unterminated string.");
    }

    private void ReadBlockString()
    {
        HasEscapes = false;
        var position = _position + 3;
        while (true)
        {
            var stop = _source[position..].IndexOfAny(BlockStringStops);
            if (stop < 0)
            {
                Throw(_source.Length, "Unterminated string.");
            }

            position += stop;
            var rest = _source[position..];
            if (rest.StartsWith("\"\"\""u8))
            {
                Kind = TokenKind.BlockString;
                _position = End = position + 3;
                return;
            }

            if (rest.StartsWith("\\\"\"\""u8))
            {
                HasEscapes = true;
                position += 4;
            }
            else
            {
                position++;
            }
        }
    }

    [DoesNotReturn]
    private readonly void ThrowDot()
    {
        if (ByteAt(_position + 1) == '.')
        {
            Throw(_position, "Unexpected \"..\", did you mean \"...\"?");
        }

        if (IsDigit(ByteAt(_position + 1)))
        {
            var digits = Encoding.ASCII.GetString(_source[(_position + 1)..ReadDigits(_position + 1)]);
            Throw(_position, $"Invalid number, expected digit before \".\", did you mean \"0.{digits}\"?");
        }

        Throw(_position, "Unexpected character: \".\".");
    }

    private readonly byte ByteAt(int position) => position < _source.Length ? _source[position] : (byte)0;

    private readonly string PrintCharacterAt(int position)
    {
        if (position >= _source.Length)
        {
            return "<EOF>";
        }

        Rune.DecodeFromUtf8(_source[position..], out var rune, out _);
        return rune.Value switch
        {
            '"' => "'\"'",
            >= 0x20 and <= 0x7E => $"\"{rune}\"",
            _ => $"U+{rune.Value:X4}",
        };
    }
}
