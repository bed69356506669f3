import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { TextLink } from '@/components/TextLink';

export function WelcomePage() {
  return (
    <Page title="First steps" about="A way in that touches no live network.">
      <Section title="Sandgram">
        Sandgram is a social network that this installation brings along: invented people, real
        traffic, and nobody who could mind. Its accounts are in{' '}
        <TextLink to="/accounts">Accounts</TextLink>, and what they did is in{' '}
        <TextLink to="/interactions">Interactions</TextLink>.
      </Section>
    </Page>
  );
}
