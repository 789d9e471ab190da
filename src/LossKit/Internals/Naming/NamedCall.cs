namespace LossKit.Internals.Naming;

/// <summary>A part of a text, and where it begins.</summary>
internal readonly record struct TextPart(string Text, int Index);

/// <summary>An argument as it is written, with its name if that is.</summary>
internal readonly record struct NamedArgument(TextPart? Name, TextPart Value);

/// <summary>One of the calls of a text like <c>Huber(delta=2).Asymmetric(over=1, under=4)</c>.</summary>
internal sealed record NamedCall(TextPart Name, IReadOnlyList<NamedArgument> Arguments)
{
    /// <summary>The calls of a text, which are separated by points.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static List<NamedCall> Of(TextPart text)
    {
        Reader reader = new(text.Text, text.Index);
        List<NamedCall> calls = [reader.Call()];
        while (reader.Take('.'))
        {
            calls.Add(reader.Call());
        }

        reader.End();
        return calls;
    }

    /// <summary>What is told of a text that cannot be read.</summary>
    public static FormatException Error(string message, int index) => new($"{message} (At index {index}.)");

    /// <summary>Reads a text that begins somewhere in another.</summary>
    private struct Reader(string text, int origin)
    {
        private int _index;

        public NamedCall Call()
        {
            TextPart name = Word();
            List<NamedArgument> arguments = [];
            if (Take('(') && !Take(')'))
            {
                do
                {
                    arguments.Add(Argument());
                }
                while (Take(','));
                if (!Take(')'))
                {
                    throw WrongAt($"A ')' is missing after the arguments of '{name.Text}'.", _index);
                }
            }

            return new(name, arguments);
        }

        /// <summary>Whether the next character is that, which is then taken.</summary>
        public bool Take(char character)
        {
            SkipSpace();
            bool isThere = _index < text.Length && text[_index] == character;
            _index += isThere ? 1 : 0;
            return isThere;
        }

        public void End()
        {
            SkipSpace();
            if (_index < text.Length)
            {
                throw WrongAt($"'{text[_index..]}' is left over: expected '.' and a modifier, or nothing.", _index);
            }
        }

        private TextPart Word()
        {
            SkipSpace();
            int start = _index;
            while (_index < text.Length && (char.IsAsciiLetterOrDigit(text[_index]) || text[_index] == '_'))
            {
                _index++;
            }

            return _index > start
                ? new(text[start.._index], origin + start)
                : throw WrongAt(
                    $"Expected a name{(start < text.Length ? $", but there is '{text[start]}'" : "")}.", start);
        }

        private NamedArgument Argument()
        {
            TextPart first = Value();
            return Take('=') ? new(first, Value()) : new(null, first);
        }

        /// <summary>All up to the next comma, equals sign or end that is not within brackets.</summary>
        private TextPart Value()
        {
            SkipSpace();
            int start = _index;
            Stack<int> open = [];
            for (; _index < text.Length; _index++)
            {
                char next = text[_index];
                if (open.Count == 0 && next is ',' or '=' or ')')
                {
                    break;
                }

                if (next is '(' or '[')
                {
                    open.Push(_index);
                }
                else if (next is ')' or ']' && (open.Count == 0 || Closing(open.Pop()) != next))
                {
                    throw WrongAt($"There is a '{next}' that closes no bracket.", _index);
                }
            }

            if (open.TryPop(out int index))
            {
                throw WrongAt(
                    $"A '{Closing(index)}' is missing for the '{text[index]}' at index {origin + index}.", _index);
            }

            string value = text[start.._index].TrimEnd();
            return value.Length > 0 ? new(value, origin + start) : throw WrongAt("Expected an argument.", start);
        }

        private readonly char Closing(int index) => text[index] == '[' ? ']' : ')';

        private readonly FormatException WrongAt(string message, int index) => Error(message, origin + index);

        private void SkipSpace()
        {
            while (_index < text.Length && char.IsWhiteSpace(text[_index]))
            {
                _index++;
            }
        }
    }
}
