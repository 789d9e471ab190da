namespace LossKit.Lanes;

/// <summary>log Γ and its derivatives for x ≥ 0, for lanes of every width; NaN below.</summary>
/// <remarks>
/// From 3 on by series as Stirling's, below by polynomials around 1½ and one step of the recurrence; all minimax
/// (relative error 2⁻²⁷ in float, 2⁻⁵⁶ in double). The zeros of log Γ and ψ are factors, so that they are exact.
/// </remarks>
internal static class Gammas<TLane, T>
    where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane LogGamma(TLane x)
    {
        TLane u = Reduce(x);
        TLane inverse = TLane.Reciprocal(x);
        TLane atLeastTwo = TLane.SelectGreater(2.0, x, 1.0, TLane.SelectGreater(3.0, x, x - 1.0, x));
        TLane log = TLane.Log(TLane.SelectGreater(1.0, x, x, atLeastTwo));
        TLane near = (u + 0.5) * (u - 0.5) * LogGammaOverZeros(u) + TLane.SelectGreater(1.0, x, -log, log);
        TLane far = TLane.MultiplyAdd(x - 0.5, log - 1.0, 0.4189385332046728)
            + inverse * Stirling(inverse * inverse);
        return TLane.SelectGreater(3.0, x, near, far);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Digamma(TLane x)
    {
        double zeroLow = IeeeFormat<T>.IsSingle ? 1.2438149938918909e-08 : 9.549995429965697e-17;
        double zeroBelow = IeeeFormat<T>.IsSingle ? 0.0383678674697876 : 0.038367855031637754;
        TLane u = Reduce(x);
        TLane beside = u + zeroBelow - zeroLow;
        TLane inverse = Inverse(x);
        TLane near = TLane.MultiplyAdd(beside, DigammaOverZero(u), Added(x, inverse));
        TLane far = TLane.Log(x) - TLane.MultiplyAdd(
            inverse * inverse, DigammaStirling(inverse * inverse), 0.5 * inverse);
        return TLane.SelectGreater(0.0, x, double.NaN, TLane.SelectGreater(3.0, x, near, far));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Trigamma(TLane x)
    {
        TLane inverse = Inverse(x);
        TLane square = inverse * inverse;
        TLane near = TrigammaNear(Reduce(x)) - inverse * Added(x, inverse);
        TLane far = inverse + square * TLane.MultiplyAdd(inverse, TrigammaStirling(square), 0.5);
        return TLane.SelectGreater(0.0, x, double.NaN, TLane.SelectGreater(3.0, x, near, far));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TLane Tetragamma(TLane x)
    {
        TLane inverse = Inverse(x);
        TLane square = inverse * inverse;
        TLane near = TetragammaNear(Reduce(x)) + 2.0 * square * Added(x, inverse);
        TLane far = -(square + square * inverse + square * square * TetragammaStirling(square));
        return TLane.SelectGreater(0.0, x, double.NaN, TLane.SelectGreater(3.0, x, near, far));
    }

    /// <summary>
    /// log Γ(x) − (x − ½)·log x + x − ½·log 2π, what Stirling's formula lacks, and its derivatives by the logarithm of
    /// x, which is given: differences of log-gamma functions by it lose no digits.
    /// </summary>
    /// <remarks>Below 1 by one step of the recurrence, where x itself may be 0.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> StirlingError<TJet>(TLane log)
    {
        TLane x = TLane.Exp(log);
        TLane stepped = TLane.SelectGreater(1.0, x, x + 1.0, x);
        TLane inverse = TLane.Reciprocal(stepped);
        TLane w = inverse * inverse;
        TLane u = inverse - 2.0 / 3;
        TLane step = TLane.Log1p(x) - log;
        TLane value = inverse * TLane.SelectGreater(3.0, stepped, StirlingNear(u), Stirling(w));
        value = TLane.SelectGreater(1.0, x, TLane.MultiplyAdd(x + 0.5, step, value - 1.0), value);
        if (Carried<TJet, TLane>.IsValue)
        {
            return new() { Value = value };
        }

        TLane far = -DigammaStirling(w);
        TLane slope = inverse * TLane.SelectGreater(3.0, stepped, StirlingSlopeNear(u), far);
        TLane share = x * inverse;
        TLane slopeBelow = share * slope + x * step - (x + 0.5) * inverse;
        TLane curvature = default;
        if (Carried<TJet, TLane>.HasSecond)
        {
            far += TrigammaStirling(w);
            curvature = inverse * TLane.SelectGreater(3.0, stepped, StirlingCurvatureNear(u), far);
            curvature = TLane.SelectGreater(
                1.0, x, share * inverse * (slope + x * curvature - 0.5) + x * step - share, curvature);
        }

        return new() { Value = value, First = TLane.SelectGreater(1.0, x, slopeBelow, slope), Second = curvature };
    }

    /// <summary>
    /// log Γ(1 + a) − a·ψ(1 + a) + a for a ≥ 0, and its derivatives: what a Dirichlet distribution's divergence from
    /// the uniform one has of each class and of all.
    /// </summary>
    /// <remarks>
    /// From 3 on nothing cancels but by Stirling's formula itself: ½log x, and series. The first derivative is 1 −
    /// a·ψ′. A method of its own: a loop that has all of it would outgrow what the JIT compiler is willing to inline.
    /// </remarks>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static Derivatives<TLane> GammaExcess<TJet>(TLane a)
    {
        TLane x = a + 1.0;
        TLane inverse = TLane.Reciprocal(x);
        TLane w = inverse * inverse;
        TLane far = 0.5 * TLane.Log1p(a) + inverse * Stirling(w) - 0.08106146679532726
            + a * inverse * TLane.MultiplyAdd(inverse, DigammaStirling(w), 0.5);
        TLane value = TLane.SelectGreater(3.0, x, LogGamma(x) - a * Digamma(x) + a, far);
        if (Carried<TJet, TLane>.IsValue)
        {
            return new() { Value = value };
        }

        TLane trigamma = Trigamma(x);
        TLane rest = TrigammaStirling(w);
        far = inverse * (inverse * (0.5 * a + 1.0 - a * inverse * rest));
        TLane slope = TLane.SelectGreater(3.0, x, 1.0 - a * trigamma, far);
        TLane curvature = default;
        if (Carried<TJet, TLane>.HasSecond)
        {
            far = w * (a * w * TetragammaStirling(w) - (rest + 1.0) * inverse - 0.5);
            curvature = TLane.SelectGreater(3.0, x, -trigamma - a * Tetragamma(x), far);
        }

        return new() { Value = value, First = slope, Second = curvature };
    }

    /// <summary>
    /// What is left of x between −½ and ½ when it has been brought to 1½ in steps of 1, for x &lt; 3.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Reduce(TLane x) =>
        x - TLane.SelectGreater(1.0, x, 0.5, TLane.SelectGreater(2.0, x, 1.5, 2.5));

    /// <summary>1/x, or where the step leads down from x, 1/(x − 1): finite at 1, where nothing is stepped.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Inverse(TLane x) => TLane.Reciprocal(
        TLane.SelectGreater(2.0, x, x, TLane.SelectGreater(3.0, x, x - 1.0, x)));

    /// <summary>What the step adds to ψ: −1/x, nothing or 1/(x − 1).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Added(TLane x, TLane inverse) =>
        TLane.SelectGreater(1.0, x, -inverse, TLane.SelectGreater(2.0, x, 0.0, inverse));

    /// <summary>log Γ(x) / (x − 1)(x − 2) in u = x − 1½.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane LogGammaOverZeros(TLane u)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                u, -0.0015264585381373763, 0.0024483464658260345, -0.003115876577794552, 0.005325194448232651,
                -0.009436494670808315);
            p = TLane.MultiplyAdd(p, u, 0.016808221116662025);
            return TLane.Horner(
                p, u, -0.03130799159407616, 0.06291104853153229, -0.14595989882946014, 0.48312896490097046);
        }

        p = TLane.Polynomial(
            u, 1.216772763628952e-05, -1.8543262149107237e-05, 1.3151659391712671e-05, -2.146938763411465e-05,
            4.304576331447301e-05);
        p = TLane.Horner(
            p, u, -6.794646490984635e-05, 0.00010534986305654424, -0.00016856930362235366, 0.0002713146626438092);
        p = TLane.Horner(
            p, u, -0.0004380355648557182, 0.0007115189672321319, -0.0011644113377226799, 0.0019229163194067892);
        p = TLane.Horner(p, u, -0.003212074222877309, 0.00544645783887557, -0.009425622444758995, 0.01679709863127898);
        return TLane.Horner(p, u, -0.03130848750105427, 0.06291140107456436, -0.14595989591430594, 0.4831289505409809);
    }

    /// <summary>x·(log Γ(x) − (x − ½)·log x + x − ½·log 2π) for x from 1 to 3 in u = 1/x − ⅔.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane StirlingNear(TLane u)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                u, 9.625883103581145e-05, -8.71470692800358e-05, -0.00013282225700095296, 0.0007498276536352932,
                -0.0015484674368053675);
            p = TLane.MultiplyAdd(p, u, -0.003040702547878027);
            return TLane.MultiplyAdd(p, u, 0.08222118020057678);
        }

        p = TLane.Polynomial(
            u, 6.2107215615442545e-06, -6.065937174608169e-06, 7.75853049711602e-07, 4.085534900345375e-06,
            -9.487828695894532e-06);
        p = TLane.Horner(
            p, u, 1.4635588686839738e-05, -1.5648935766453928e-05, 7.30026237034493e-06, 1.5756371368663112e-05);
        p = TLane.Horner(
            p, u, -5.449716017761803e-05, 9.364846819279956e-05, -7.679715185673756e-05, -0.00013268502184545216);
        return TLane.Horner(
            p, u, 0.0007492571283589096, -0.0015484693187757784, -0.0030406946794556597, 0.08222118157787649);
    }

    /// <summary>x times the derivative of that by log x, likewise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane StirlingSlopeNear(TLane u)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                u, 0.000355247815605253, -0.00043985332013107836, 8.604059985373169e-05, 0.0009220383362844586,
                -0.002643199171870947);
            p = TLane.MultiplyAdd(p, u, 0.003146836068481207);
            p = TLane.MultiplyAdd(p, u, 0.008146014995872974);
            return TLane.MultiplyAdd(p, u, -0.08019404858350754);
        }

        p = TLane.Polynomial(
            u, 5.672328360654815e-05, -5.4306318427144256e-05, 7.01797442917456e-06, 2.7628361256750107e-05,
            -6.039538178424086e-05);
        p = TLane.MultiplyAdd(p, u, 9.15443943708454e-05);
        p = TLane.Horner(
            p, u, -0.00010008158174390627, 6.449488510660626e-05, 3.134107721451257e-05, -0.0001855937051553506);
        p = TLane.Horner(
            p, u, 0.0003519428360083224, -0.00040121959183078763, 8.618904451508095e-05, 0.0009194156204219251);
        return TLane.Horner(
            p, u, -0.0026432017885468194, 0.003146893699585597, 0.008146015117279061, -0.08019405179157268);
    }

    /// <summary>x times its second derivative by log x, likewise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane StirlingCurvatureNear(TLane u)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                u, 0.0014580164570361376, -0.001988331787288189, 0.0011689888779073954, 0.0011006401618942618,
                -0.004884473979473114);
            return TLane.Horner(
                p, u, 0.008120642974972725, -0.004154276568442583, -0.020487885922193527, 0.07476337254047394);
        }

        p = TLane.Polynomial(
            u, -0.000481190019600948, 0.0005607626986842888, -0.00025078927403838266, 2.9260954227999694e-05,
            0.00018079450995946625);
        p = TLane.MultiplyAdd(p, u, -0.00043839552994336047);
        p = TLane.MultiplyAdd(p, u, 0.0006364718625915691);
        p = TLane.MultiplyAdd(p, u, -0.0006711573536136498);
        p = TLane.Horner(
            p, u, 0.0004640828197335495, 2.473818363077492e-05, -0.0007431338809726706, 0.0014822889749223755);
        p = TLane.Horner(
            p, u, -0.0018257169687591567, 0.0011661373752180435, 0.001087744218740395, -0.004884374918207335);
        return TLane.Horner(
            p, u, 0.00812103216554487, -0.0041542775216604514, -0.020487888500670483, 0.07476337504671998);
    }

    /// <summary>x·(log Γ(x) − (x − ½)·log x + x − ½·log 2π) in w = 1/x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane Stirling(TLane w)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.MultiplyAdd(w, 0.0006789769977331161, -0.0027698874473571777);
            return TLane.MultiplyAdd(p, w, 0.08333316445350647);
        }

        p = TLane.Polynomial(
            w, -0.04370142570182623, 0.03717640111829609, -0.01625842405245162, 0.005446265964765472,
            -0.0018670046478881197);
        p = TLane.MultiplyAdd(p, w, 0.0008399313473824941);
        return TLane.Horner(
            p, w, -0.000595195447335813, 0.0007936501935063352, -0.0027777777733939443, 0.0833333333333215);
    }

    /// <summary>ψ(x) / (x − x₀) in u = x − 1½, x₀ = 1.46… being the zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane DigammaOverZero(TLane u)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                u, 0.011119435541331768, -0.016384145244956017, 0.016979917883872986, -0.02578098326921463,
                0.040879443287849426);
            p = TLane.MultiplyAdd(p, u, -0.06205708160996437);
            p = TLane.MultiplyAdd(p, u, 0.0949820727109909);
            return TLane.Horner(
                p, u, -0.14839878678321838, 0.24054262042045593, -0.42362749576568604, 0.9510558843612671);
        }

        p = TLane.Polynomial(
            u, -0.00017656340592629545, 0.00025985303361885975, -0.0001469781940999762, 0.00022702360309305263,
            -0.00048472950471302077);
        p = TLane.MultiplyAdd(p, u, 0.0007234375516558349);
        p = TLane.Horner(
            p, u, -0.0010368425389949973, 0.0015565992518503308, -0.0023454206861112914, 0.0035190121528391257);
        p = TLane.Horner(
            p, u, -0.005279946268599809, 0.007926944016467421, -0.011908219418734375, 0.017907252481464457);
        p = TLane.Horner(p, u, -0.026975796691261107, 0.04076083381080985, -0.06192213327469698, 0.09498872445497265);
        return TLane.Horner(p, u, -0.14840492305389003, 0.24054248424077398, -0.4236274212814606, 0.951055876031833);
    }

    /// <summary>x²·(log x − ½/x − ψ(x)) in w = 1/x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane DigammaStirling(TLane w)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.MultiplyAdd(w, 0.0032323412597179413, -0.00828638393431902);
            return TLane.MultiplyAdd(p, w, 0.08333241194486618);
        }

        p = TLane.Polynomial(
            w, 3.0009387102125658, -2.5268464945172213, 1.0418629746471237, -0.2990605222414437, 0.07532655814655394);
        p = TLane.MultiplyAdd(p, w, -0.020768713584296224);
        p = TLane.MultiplyAdd(p, w, 0.0075666607875084025);
        return TLane.Horner(
            p, w, -0.004166499575791876, 0.003968252125589209, -0.008333333322856788, 0.0833333333333117);
    }

    /// <summary>ψ′(x) in u = x − 1½.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane TrigammaNear(TLane u)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                u, -0.09111007302999496, 0.1280922293663025, -0.10772739350795746, 0.1439935714006424,
                -0.2113032341003418);
            p = TLane.MultiplyAdd(p, u, 0.27982813119888306);
            p = TLane.MultiplyAdd(p, u, -0.36210304498672485);
            p = TLane.MultiplyAdd(p, u, 0.46296077966690063);
            return TLane.Horner(p, u, -0.5790420174598694, 0.7045477628707886, -0.8287966251373291, 0.9348021745681763);
        }

        p = TLane.Polynomial(
            u, -0.001983914317331445, 0.002910899549221728, -0.0012146946771254368, 0.0016549049919055057,
            -0.004297134866060139);
        p = TLane.MultiplyAdd(p, u, 0.006175838813597342);
        p = TLane.MultiplyAdd(p, u, -0.00805249151190183);
        p = TLane.MultiplyAdd(p, u, 0.011389674918617755);
        p = TLane.Horner(p, u, -0.01625232168894812, 0.022861515891562826, -0.031985354445509026, 0.044564584589744355);
        p = TLane.Horner(p, u, -0.06174042018472317, 0.08496893170323351, -0.11604072427781548, 0.15705319572845503);
        p = TLane.Horner(p, u, -0.21030987305263785, 0.2780808134889186, -0.3621493650254071, 0.4630645250993607);
        return TLane.Horner(p, u, -0.5790416377778624, 0.7045455170012297, -0.82879664423432, 0.9348022005446793);
    }

    /// <summary>x³·(ψ′(x) − 1/x − ½/x²) in w = 1/x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane TrigammaStirling(TLane w)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.MultiplyAdd(w, -0.020356638357043266, 0.022784193977713585);
            p = TLane.MultiplyAdd(p, w, -0.03329876437783241);
            return TLane.MultiplyAdd(p, w, 0.16666629910469055);
        }

        p = TLane.Polynomial(
            w, 1637.3948268555507, -1453.3296775163872, 609.2029540416573, -164.57719695228536, 33.75479378820939);
        p = TLane.Horner(p, w, -6.0830080160112825, 1.1297393071226483, -0.25212242157261466, 0.07573898836710266);
        return TLane.Horner(
            p, w, -0.03333310443927739, 0.023809522123536573, -0.033333333327023325, 0.16666666666665836);
    }

    /// <summary>ψ″(x) in u = x − 1½.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane TetragammaNear(TLane u)
    {
        TLane p;
        if (IeeeFormat<T>.IsSingle)
        {
            p = TLane.Polynomial(
                u, 0.4914511442184448, -0.7047488689422607, 0.49122154712677, -0.5721515417098999, 0.8522627949714661);
            p = TLane.MultiplyAdd(p, u, -1.062965989112854);
            p = TLane.Horner(p, u, 1.2569009065628052, -1.4705524444580078, 1.6684128046035767, -1.8108124732971191);
            return TLane.Horner(p, u, 1.8522610664367676, -1.737123966217041, 1.4090909957885742, -0.8287966251373291);
        }

        p = TLane.Polynomial(
            u, 0.017931040532161522, -0.02731175852651348, 0.009076537511252291, -0.008805893440422282,
            0.0324475370575914);
        p = TLane.MultiplyAdd(p, u, -0.04696387629374065);
        p = TLane.Horner(p, u, 0.05567879052152116, -0.07457538255309133, 0.10289015384510743, -0.13834019508486722);
        p = TLane.Horner(p, u, 0.18406762941559437, -0.2435943026511875, 0.3198016594394487, -0.4158256861837157);
        p = TLane.Horner(p, u, 0.5347988109402164, -0.6791437819831201, 0.8496879292622616, -1.044366543445167);
        p = TLane.Horner(p, u, 1.2564256148714679, -1.472169111029091, 1.6684848799780176, -1.810746825127514);
        return TLane.Horner(p, u, 1.852258100405967, -1.737124913333606, 1.4090910340024372, -0.82879664423432);
    }

    /// <summary>x⁴·(−ψ″(x) − 1/x² − 1/x³) in w = 1/x².</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TLane TetragammaStirling(TLane w)
    {
        if (IeeeFormat<T>.IsSingle)
        {
            return TLane.Polynomial(
                w, 0.3226107656955719, -0.25334301590919495, 0.16443750262260437, -0.16661757230758667,
                0.49999964237213135);
        }

        TLane p = TLane.Polynomial(
            w, -203350.41277571343, 187712.64820810794, -81115.28770114879, 22145.95429614744, -4408.599410890923);
        p = TLane.MultiplyAdd(p, w, 716.5524870109922);
        p = TLane.Horner(p, w, -107.48062019630281, 17.096254979278505, -3.281276415070397, 0.8331858825610741);
        return TLane.Horner(p, w, -0.29999843937594983, 0.16666665674335082, -0.16666666663450663, 0.4999999999999633);
    }
}

internal readonly struct LogGammaFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        return new()
        {
            Value = Gammas<TLane, T>.LogGamma(x),
            First = Carried<TJet, TLane>.IsValue ? default : Gammas<TLane, T>.Digamma(x),
            Second = Carried<TJet, TLane>.HasSecond ? Gammas<TLane, T>.Trigamma(x) : default,
        };
    }
}

internal readonly struct StirlingErrorFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged =>
        Gammas<TLane, T>.StirlingError<TJet>(x);
}

internal readonly struct GammaExcessFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged =>
        Gammas<TLane, T>.GammaExcess<TJet>(x);
}

internal readonly struct DigammaFunction : IElementary
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Derivatives<TLane> At<TLane, T, TJet>(TLane x)
        where TLane : struct, IVectorLane<TLane, T>, ILane<TLane>
        where T : unmanaged
    {
        return new()
        {
            Value = Gammas<TLane, T>.Digamma(x),
            First = Carried<TJet, TLane>.IsValue ? default : Gammas<TLane, T>.Trigamma(x),
            Second = Carried<TJet, TLane>.HasSecond ? Gammas<TLane, T>.Tetragamma(x) : default,
        };
    }
}
