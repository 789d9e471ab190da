using System.Numerics.Tensors;
using LossKit;
using Toolbox;

namespace LanguageModelHead;

/// <summary>
/// The words before as vectors that are learnt, a layer of ReLUs, and a vector of each word of the vocabulary to
/// compare with: Bengio et al., "A Neural Probabilistic Language Model", JMLR 2003.
/// </summary>
internal sealed class LanguageModel
{
    public const int Context = 4;
    public const int Width = 64;
    public const int Scratch = 1 << 20;

    private const int WordWidth = 32;

    private readonly Trainable _words;
    private readonly Network _body;
    private readonly Trainable _prototypes;
    private readonly Trainable _bias;
    private readonly LinearLoss<float> _loss;
    private readonly int _vocabulary;

    public LanguageModel(int vocabulary, Random random)
    {
        _vocabulary = vocabulary;
        _words = new(vocabulary * WordWidth);
        _body = new(Context * WordWidth, 2 * Width, Width, random);
        _prototypes = new(vocabulary * Width);
        _bias = new(vocabulary);
        foreach (ref float number in _words.Values.AsSpan())
        {
            number = random.NextSingle() - 0.5f;
        }

        // The head: no matrix of logits, whatever the vocabulary and however many words are read at a time.
        _loss = Loss.LinearCrossEntropy<float>(vocabulary, Width).WithScratch(Scratch).InParallel(2);
    }

    public Trainable[] Trainables => [_words, .. _body.Trainables, _prototypes, _bias];

    public int Parameters => Trainables.Sum(trainable => trainable.Values.Length);

    /// <summary>The mean loss at some places of a text, and the gradients of all that is learnt.</summary>
    public Cost Learn(ReadOnlySpan<int> text, ReadOnlySpan<int> places)
    {
        int[] labels = Labels(text, places);
        float[] hidden = _body.Forward(Read(text, places));
        float[] ofHidden = new float[hidden.Length];
        Cost cost = _loss.ValueAndGradient(
            new() { Hidden = hidden, Prototypes = _prototypes.Values, Bias = _bias.Values, Labels = labels },
            new() { Hidden = ofHidden, Prototypes = _prototypes.Gradient, Bias = _bias.Gradient });
        _body.Backward(ofHidden);
        float[] ofInputs = _body.InputGradient();
        Array.Clear(_words.Gradient);
        for (int i = 0; i < places.Length; i++)
        {
            for (int k = 0; k < Context; k++)
            {
                Span<float> ofWord = Word(_words.Gradient, Before(text, places[i], k));
                ReadOnlySpan<float> ofInput = ofInputs.AsSpan((i * Context + k) * WordWidth, WordWidth);
                TensorPrimitives.Add(ofWord, ofInput, ofWord);
            }
        }

        return cost;
    }

    /// <summary>The mean loss at some places of a text.</summary>
    public Cost Evaluate(ReadOnlySpan<int> text, ReadOnlySpan<int> places) => _loss.Value(new()
    {
        Hidden = _body.Forward(Read(text, places)),
        Prototypes = _prototypes.Values,
        Bias = _bias.Values,
        Labels = Labels(text, places),
    });

    /// <summary>The word that is most likely to come next.</summary>
    public int Next(ReadOnlySpan<int> text)
    {
        float[] hidden = _body.Forward(Read(text, [text.Length]));
        return Enumerable.Range(1, _vocabulary - 1).MaxBy(word => _bias.Values[word]
            + TensorPrimitives.Dot(hidden, _prototypes.Values.AsSpan(word * Width, Width)));
    }

    private static int[] Labels(ReadOnlySpan<int> text, ReadOnlySpan<int> places)
    {
        int[] labels = new int[places.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = text[places[i]];
        }

        return labels;
    }

    /// <summary>The vectors of the words before each place, one behind the other.</summary>
    private float[] Read(ReadOnlySpan<int> text, ReadOnlySpan<int> places)
    {
        float[] inputs = new float[places.Length * Context * WordWidth];
        for (int i = 0; i < places.Length; i++)
        {
            for (int k = 0; k < Context; k++)
            {
                Word(_words.Values, Before(text, places[i], k))
                    .CopyTo(inputs.AsSpan((i * Context + k) * WordWidth, WordWidth));
            }
        }

        return inputs;
    }

    /// <summary>The word k + 1 places before one; before the text there is nothing known.</summary>
    private static int Before(ReadOnlySpan<int> text, int place, int k) => place > k ? text[place - k - 1] : 0;

    private static Span<float> Word(float[] vectors, int word) => vectors.AsSpan(word * WordWidth, WordWidth);
}
